//! Files as streams of resources: every form, and every way in which a file can be broken.

use std::io::Write;
use std::sync::atomic::{AtomicU32, Ordering};

use super::*;

/// A folder of its own, removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("postern_reader_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.join(name);
        std::fs::write(&path, text).unwrap();
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}

fn read(path: &Path) -> Vec<Result<Found, Fault>> {
    Reader::new(vec![path.to_owned()], 0).collect()
}

fn keys(found: Vec<Result<Found, Fault>>) -> Vec<String> {
    found.into_iter().map(|f| f.unwrap().key).collect()
}

/// The only fault of a file, as it is told, without the folder.
fn told(path: &Path) -> String {
    let mut faults: Vec<Fault> = read(path).into_iter().filter_map(Result::err).collect();
    assert_eq!(faults.len(), 1, "{faults:?}");
    let folder = format!("{}/", path.parent().unwrap().display());
    faults.remove(0).to_string().replace(&folder, "")
}

#[test]
fn lines_bundles_single_resources_and_compressed_files_are_read() {
    let folder = Folder::new();
    let lines = folder.file(
        "a.ndjson",
        "{\"resourceType\":\"Patient\",\"id\":\"1\"}\r\n\n{\"resourceType\":\"Patient\",\"id\":\"2\"}",
    );
    assert_eq!(keys(read(&lines)), ["Patient/1", "Patient/2"]);
    let bundle = r#"{"resourceType":"Bundle","type":"transaction","entry":[
        {"fullUrl":"urn:uuid:77","resource":{"resourceType":"Patient"},"request":{"method":"POST","url":"Patient"}},
        {"resource":{"resourceType":"Condition","id":"c"}}]}"#;
    let file = folder.file("b.json", bundle);
    let found = read(&file);
    assert_eq!(found[0].as_ref().unwrap().full_url.as_deref(), Some("urn:uuid:77"));
    assert_eq!(keys(found), ["Patient/77", "Condition/c"]);
    let single = folder.file("c.json", "{\"resourceType\":\"Patient\",\"id\":\"1\"}");
    assert_eq!(keys(read(&single)), ["Patient/1"]);
    let packed = folder.0.join("d.json.gz");
    let mut out = flate2::write::GzEncoder::new(File::create(&packed).unwrap(), flate2::Compression::fast());
    out.write_all(bundle.as_bytes()).unwrap();
    out.finish().unwrap();
    assert_eq!(keys(read(&packed)).len(), 2);
    let names: Vec<PathBuf> = files(std::slice::from_ref(&folder.0)).unwrap();
    assert_eq!(names.len(), 4);
    assert!(names.is_sorted());
}

#[test]
fn a_truncated_file_says_where_it_ends_and_what_to_do() {
    let folder = Folder::new();
    let bundle =
        folder.file("cut.json", "{\"resourceType\":\"Bundle\",\"type\":\"batch\",\"entry\":[{\"resource\":{");
    let told_of = told(&bundle);
    assert!(told_of.starts_with("cut.json: the file ends in the middle"), "{told_of}");
    assert!(told_of.ends_with("export the file again, or leave it out"), "{told_of}");
    let line =
        folder.file("cut.ndjson", "{\"resourceType\":\"Patient\",\"id\":\"1\"}\n{\"resourceType\":\"Pat");
    assert!(told(&line).starts_with("cut.ndjson line 2: the line ends in the middle of the resource"));
    let packed = folder.0.join("cut.ndjson.gz");
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    out.write_all("{\"resourceType\":\"Patient\",\"id\":\"1\"}\n".repeat(50).as_bytes()).unwrap();
    let bytes = out.finish().unwrap();
    std::fs::write(&packed, &bytes[..bytes.len() - 12]).unwrap();
    assert!(told(&packed).contains("cut.ndjson.gz line"));
}

#[test]
fn each_bad_resource_is_told_with_its_index_and_the_others_are_read() {
    let folder = Folder::new();
    let bundle = folder.file(
        "b.json",
        r#"{"resourceType":"Bundle","type":"collection","entry":[
            {"resource":{"resourceType":"Patient","id":"1"}}, {"resource":{"id":"x"}}, {"fullUrl":"urn:uuid:1"},
            {"resource":{"resourceType":7,"id":"x"}}, {"resource":{"resourceType":"Condition"}},
            {"request":{"method":"DELETE","url":"Patient/1"}}, {"resource":{"resourceType":"Condition","id":"9"}}]}"#,
    );
    let found = read(&bundle);
    let told: Vec<String> = found
        .iter()
        .filter_map(|f| f.as_ref().err())
        .map(|f| f.to_string().split_once("entry").unwrap().1.split(';').next().unwrap().to_owned())
        .collect();
    assert_eq!(
        told,
        [
            "[1]: resourceType is missing",
            "[2]: the entry has no resource",
            "[3]: resourceType must be a string, not a number",
            "[4] (Condition): id is missing",
            "[5]: the entry asks for a deletion, which cannot be loaded",
        ]
    );
    assert_eq!(found.iter().filter(|f| f.is_ok()).count(), 2);
}

#[test]
fn a_bundle_that_is_no_load_and_a_list_named_json_say_what_to_do() {
    let folder = Folder::new();
    let history = folder.file("h.json", "{\"resourceType\":\"Bundle\",\"type\":\"history\",\"entry\":[]}");
    assert!(told(&history).contains("a Bundle of type `history` is not loaded"));
    let lines = folder.file(
        "l.json",
        "{\"resourceType\":\"Patient\",\"id\":\"1\"}\n{\"resourceType\":\"Patient\",\"id\":\"2\"}",
    );
    assert!(told(&lines).ends_with("name it .ndjson when it holds one resource a line"));
}

#[test]
fn paths_that_hold_no_feed_say_so() {
    let folder = Folder::new();
    let text = folder.file("notes.txt", "hello");
    assert!(files(&[text]).unwrap_err().to_string().contains("neither JSON nor NDJSON by its name"));
    assert!(files(std::slice::from_ref(&folder.0)).unwrap_err().to_string().contains("holds no feed file"));
    assert!(
        files(&[folder.0.join("missing.json")])
            .unwrap_err()
            .to_string()
            .contains("check that the path exists")
    );
}
