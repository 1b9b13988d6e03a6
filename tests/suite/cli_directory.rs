//! `postern import` and `postern access` as a person or a program reads them.

use std::path::PathBuf;

use postern::cli::access::{self, AccessArgs, AccessCommand, ExplainArgs, ListArgs, WhoArgs};
use postern::cli::account::Format;
use postern::cli::import::{self, ImportArgs};

use crate::support::database::fresh_folder;
use crate::support::{House, both_engines};

const DIRECTORY: &str = r#"{"type":"practice","id":"elm","name":"Elm"}
{"type":"provider","npi":"1234567893","family":"Rivera","given":"Ana"}
{"type":"membership","practice":"elm","npi":"1234567893"}
{"type":"account","email":"rivera@example.org","kind":"provider","npi":"1234567893"}
{"type":"patient","mrn":"0001","family":"A","given":"A","birth_date":"2019-03-14"}
{"type":"listing","mrn":"0001","npi":"1234567893","practice":"elm","from":"2026-01-01T05:00:00Z"}
"#;

/// A file with this text, in a folder of its own.
fn file(text: &str) -> PathBuf {
    let file = fresh_folder().join("directory.jsonl");
    std::fs::write(&file, text).unwrap();
    file
}

async fn import(house: &House, text: &str, dry_run: bool, format: Format) -> (String, Result<(), String>) {
    let mut out = Vec::new();
    let args = ImportArgs { file: file(text), dry_run };
    let done = import::run(&house.app, &args, format, &mut out).await;
    let folder = args.file.parent().unwrap().display().to_string();
    std::fs::remove_dir_all(&folder).unwrap();
    let failed = |error: import::ImportCommandError| error.to_string().replace(&folder, "FOLDER");
    (String::from_utf8(out).unwrap(), done.map_err(failed))
}

async fn ask(house: &House, command: AccessCommand, format: Format) -> String {
    let mut out = Vec::new();
    access::run(&house.app, &AccessArgs { command }, format, &mut out).await.unwrap();
    String::from_utf8(out).unwrap()
}

fn explain(account: &str, mrn: &str, at: &str) -> AccessCommand {
    AccessCommand::Explain(ExplainArgs {
        account: Some(account.to_owned()),
        mrn: Some(mrn.to_owned()),
        at: Some(at.parse().unwrap()),
        queries: None,
    })
}

both_engines! {
    async fn an_import_says_what_it_did_or_would_do(house: House) {
        let (said, done) = import(house, DIRECTORY, true, Format::Text).await;
        assert_eq!(done, Ok(()));
        assert!(said.starts_with("6 lines are sound. Importing them would do this:\n"), "{said}");
        assert!(said.contains("No sponsor would be locked.\nNothing was written.\n"), "{said}");
        let (said, done) = import(house, DIRECTORY, false, Format::Json).await;
        assert_eq!(done, Ok(()));
        let report: serde_json::Value = serde_json::from_str(&said).unwrap();
        assert_eq!(report["imported"], true);
        assert_eq!(report["types"]["patient"]["added"], 1);
        assert_eq!(report["sponsors_locked"], 0);
    }

    async fn a_file_with_faults_is_answered_with_each_of_them(house: House) {
        let bad = "{\"type\":\"listing\",\"mrn\":\"1\",\"practice\":\"oak\"}\n[]\n";
        let (said, failed) = import(house, bad, false, Format::Text).await;
        assert_eq!(said, "");
        let lines: Vec<String> = failed.unwrap_err().lines().map(str::to_owned).collect();
        assert_eq!(lines[0], "FOLDER/directory.jsonl has 3 faults; nothing was imported");
        assert_eq!(lines[1], "line 1, mrn: no patient with MRN 1 in this file or the database; add its line");
        assert_eq!(lines[2], "line 1, practice: no practice `oak` in this file or the database; add its line");
        assert!(lines[3].starts_with("line 2: not one JSON object"), "{}", lines[3]);
        let (said, failed) = import(house, bad, false, Format::Json).await;
        assert!(failed.is_err());
        let answer: serde_json::Value = serde_json::from_str(&said).unwrap();
        assert_eq!((&answer["imported"], &answer["faults"]), (&false.into(), &3.into()));
        assert_eq!(answer["listed"][1]["field"], "practice");
    }

    async fn a_missing_file_is_named(house: House) {
        let args = ImportArgs { file: "nowhere/directory.jsonl".into(), dry_run: false };
        let failed = import::run(&house.app, &args, Format::Text, &mut Vec::new()).await.unwrap_err();
        assert!(failed.to_string().starts_with("cannot read nowhere/directory.jsonl: "), "{failed}");
    }

    async fn a_decision_is_answered_in_json_as_documented(house: House) {
        import(house, DIRECTORY, false, Format::Text).await.1.unwrap();
        let answer = ask(house, explain("rivera@example.org", "00-01", "2026-01-01T00:00:00-05:00"), Format::Json).await;
        assert_eq!(
            answer,
            "{\"account\":\"rivera@example.org\",\"mrn\":\"00-01\",\"at\":\"2026-01-01T05:00:00Z\",\
             \"allowed\":true,\"bases\":[\"pcp\"],\"refusal\":null}\n"
        );
        let answer = ask(house, explain("rivera@example.org", "0001", "2026-01-01T04:59:59Z"), Format::Json).await;
        assert!(answer.ends_with("\"allowed\":false,\"bases\":[],\"refusal\":\"no_basis\"}\n"), "{answer}");
        let at = Some("2026-02-01T00:00:00Z".parse().unwrap());
        let list = AccessCommand::List(ListArgs { account: "rivera@example.org".to_owned(), at });
        assert_eq!(
            ask(house, list, Format::Json).await,
            "{\"account\":\"rivera@example.org\",\"at\":\"2026-02-01T00:00:00Z\",\"mrns\":[\"0001\"]}\n"
        );
        let who = AccessCommand::Who(WhoArgs { mrn: "0001".to_owned(), at });
        assert_eq!(
            ask(house, who, Format::Json).await,
            "{\"mrn\":\"0001\",\"at\":\"2026-02-01T00:00:00Z\",\
             \"accounts\":[{\"account\":\"rivera@example.org\",\"bases\":[\"pcp\"]}]}\n"
        );
    }

    async fn a_decision_is_explained_to_a_person_with_facts_dates_and_the_next_step(house: House) {
        import(house, DIRECTORY, false, Format::Text).await.1.unwrap();
        let yes = ask(house, explain("rivera@example.org", "0001", "2026-02-01T00:00:00Z"), Format::Text).await;
        assert_eq!(
            yes,
            "Yes. rivera@example.org may see the chart of MRN 0001 at 2026-01-31 19:00 EST:\n  \
             pcp – the patient is listed with Ana Rivera at Elm as PCP, from 2026-01-01 00:00 EST, without end\n"
        );
        let no = ask(house, explain("rivera@example.org", "0001", "2025-02-01T00:00:00Z"), Format::Text).await;
        assert!(no.starts_with("No. rivera@example.org may not see") && no.contains("no_basis – "), "{no}");
        let unknown = ask(house, explain("who@example.org", "0001", "2025-02-01T00:00:00Z"), Format::Text).await;
        assert!(unknown.contains("no account has the address `who@example.org`"), "{unknown}");
    }

    async fn a_file_of_queries_is_answered_line_by_line(house: House) {
        import(house, DIRECTORY, false, Format::Text).await.1.unwrap();
        let query = "{\"account\":\"rivera@example.org\",\"mrn\":\"0001\",\"at\":\"2026-02-01T00:00:00Z\"}\n";
        let queries = file(&query.repeat(3));
        let command = AccessCommand::Explain(ExplainArgs {
            account: None,
            mrn: None,
            at: None,
            queries: Some(queries.clone()),
        });
        let answers = ask(house, command, Format::Json).await;
        assert_eq!(answers.lines().count(), 3);
        assert!(answers.lines().all(|line| line.contains("\"bases\":[\"pcp\"]")), "{answers}");
        std::fs::remove_dir_all(queries.parent().unwrap()).unwrap();
    }
}
