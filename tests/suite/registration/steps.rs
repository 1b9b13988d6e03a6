//! The steps of a registration: their order, the registry, the throttles.

use super::*;

both_engines! {
    async fn a_draft_belongs_to_its_browser_and_keeps_its_order(house: House) {
        let app = &house.app;
        assert!(registration::draft(app, &BROWSER).await.unwrap().is_none());
        let none = registration::details(app, &BROWSER, &name(), &home()).await.unwrap();
        assert_eq!(none, Step::NoDraft);
        registration::start(app, &BROWSER, &number(), &home()).await.unwrap();
        assert_eq!(registration::send(app, &BROWSER, MAIL, &home()).await.unwrap(), Step::NoDraft);
        assert_eq!(registration::resend(app, &BROWSER, &home()).await.unwrap(), Step::NoDraft);
        registration::details(app, &BROWSER, &name(), &home()).await.unwrap();
        assert_eq!(registration::send(app, &OTHER, MAIL, &home()).await.unwrap(), Step::NoDraft);
        assert_eq!(registration::status(app, &OTHER).await.unwrap(), Standing::None);
        // Another number: the name is asked for again, and stays typed.
        let other = TypedStart { npi: "1245319599".to_owned(), ..number() };
        registration::start(app, &BROWSER, &other, &home()).await.unwrap();
        assert_eq!(registration::send(app, &BROWSER, MAIL, &home()).await.unwrap(), Step::NoDraft);
        assert_eq!(registration::draft(app, &BROWSER).await.unwrap().unwrap().answers.family, "Okafor");
        assert_eq!(count(house, "select count(*) from registration").await, 1);
    }

    async fn two_tabs_that_begin_at_once_share_one_draft(house: House) {
        let tries = (0..8).map(|_| {
            let app = house.app.clone();
            tokio::spawn(async move { registration::start(&app, &BROWSER, &number(), &home()).await.unwrap() })
        });
        for one in tries.collect::<Vec<_>>() {
            assert_eq!(one.await.unwrap(), Step::Done);
        }
        assert_eq!(count(house, "select count(*) from registration").await, 1);
    }

    async fn a_practice_must_be_chosen_and_must_exist(house: House) {
        let app = &house.app;
        registration::start(app, &BROWSER, &number(), &home()).await.unwrap();
        for practice in ["", "nonsense", "01890000-0000-7000-8000-000000000000"] {
            let typed = TypedDetails { practice: practice.to_owned(), ..name() };
            let answer = registration::details(app, &BROWSER, &typed, &home()).await.unwrap();
            assert_eq!(answer, Step::Faults(vec![Fault::PracticeMissing]));
        }
    }

    async fn what_the_registry_says_is_kept_for_the_team(house: House) {
        let organization = RegistryEntry { is_individual: false, ..ngozi() };
        let inactive = RegistryEntry { is_active: false, ..ngozi() };
        for (answer, fault) in [(organization, Fault::NpiOrganization), (inactive, Fault::NpiInactive)] {
            let app = with_registry(house, Ok(Some(answer)), RegistryUse::Optional);
            let step = registration::start(&app, &BROWSER, &number(), &home()).await.unwrap();
            assert_eq!(step, Step::Faults(vec![fault]));
        }
        let app = with_registry(house, Ok(Some(ngozi())), RegistryUse::Optional);
        let other = TypedDetails { family: "Chen".to_owned(), ..name() };
        registration::start(&app, &BROWSER, &number(), &home()).await.unwrap();
        let step = registration::details(&app, &BROWSER, &other, &home()).await.unwrap();
        assert_eq!(step, Step::Faults(vec![Fault::NameMismatch]));
        let review = TypedDetails { review: "yes".to_owned(), ..other };
        assert_eq!(registration::details(&app, &BROWSER, &review, &home()).await.unwrap(), Step::Done);
        registration::send(&app, &BROWSER, MAIL, &home()).await.unwrap();
        confirmed(house, &app, &link_to(house, MAIL).await).await;
        let facts = registration::facts(&app, open_requests(house).await[0]).await.unwrap().unwrap();
        assert_eq!(facts.answers.check, NpiCheck::Mismatch);
        assert_eq!(facts.answers.registry.unwrap().family, "OKAFOR");
    }

    async fn an_unknown_number_and_an_optional_registry_that_is_down_go_to_the_team(house: House) {
        let app = with_registry(house, Ok(None), RegistryUse::Required);
        registration::start(&app, &BROWSER, &number(), &home()).await.unwrap();
        let step = registration::details(&app, &BROWSER, &name(), &home()).await.unwrap();
        assert_eq!(step, Step::Faults(vec![Fault::NpiUnknown]));
        let app = with_registry(house, down(), RegistryUse::Optional);
        described(&app, &BROWSER, &number(), &name()).await;
        let draft = registration::draft(&app, &BROWSER).await.unwrap().unwrap();
        assert_eq!(draft.answers.check, NpiCheck::Unavailable);
    }

    async fn a_required_registry_that_is_down_holds_the_draft_until_it_answers(house: House) {
        let app = with_registry(house, down(), RegistryUse::Required);
        let step = registration::start(&app, &BROWSER, &number(), &home()).await.unwrap();
        assert_eq!(step, Step::Faults(vec![Fault::RegistryDown]));
        assert!(!registration::draft(&app, &BROWSER).await.unwrap().unwrap().may_go_on);
        let step = registration::details(&app, &BROWSER, &name(), &home()).await.unwrap();
        assert_eq!(step, Step::NoDraft);
        let app = with_registry(house, Ok(Some(ngozi())), RegistryUse::Required);
        described(&app, &BROWSER, &number(), &name()).await;
    }

    async fn chart_users_are_sent_to_the_chart_unless_the_team_makes_an_exception(house: House) {
        let mut start = TypedStart { chart: "yes".to_owned(), ..number() };
        let step = registration::start(&house.app, &BROWSER, &start, &home()).await.unwrap();
        assert_eq!(step, Step::Faults(vec![Fault::UseChart]));
        assert_eq!(count(house, "select count(*) from registration").await, 0);
        start.chart_reason = "I work at two hospitals".to_owned();
        described(&house.app, &BROWSER, &start, &name()).await;
        registration::send(&house.app, &BROWSER, MAIL, &home()).await.unwrap();
        confirmed(house, &house.app, &link_to(house, MAIL).await).await;
        let open = requests::in_state(house.db(), RequestState::Open).await.unwrap();
        assert_eq!(open[0].reason, "I work at two hospitals");
    }

    async fn a_network_takes_ten_steps_at_once_and_then_one_a_minute(house: House) {
        for _ in 0..10 {
            assert_eq!(registration::start(&house.app, &BROWSER, &number(), &home()).await.unwrap(), Step::Done);
        }
        let slow = registration::start(&house.app, &OTHER, &number(), &home()).await.unwrap();
        assert_eq!(slow, Step::Slowed(60));
        let elsewhere = registration::start(&house.app, &OTHER, &number(), &from("198.51.100.7")).await.unwrap();
        assert_eq!(elsewhere, Step::Done);
        assert!(acts(&house.app).await.contains(&(Act::Register, Outcome::Refused, "slowed".to_owned())));
        house.clock.advance(59);
        let slow = registration::start(&house.app, &BROWSER, &number(), &home()).await.unwrap();
        assert_eq!(slow, Step::Slowed(1));
        house.clock.advance(1);
        assert_eq!(registration::start(&house.app, &BROWSER, &number(), &home()).await.unwrap(), Step::Done);
    }

    async fn an_address_gets_three_letters_at_once_however_it_is_spelt_and_then_one_an_hour(house: House) {
        described(&house.app, &BROWSER, &number(), &name()).await;
        for spelling in [MAIL, "NGOZI.OKAFOR@elm.example", " ｎgozi.okafor@elm.example"] {
            let step = registration::send(&house.app, &BROWSER, spelling, &home()).await.unwrap();
            assert_eq!(step, Step::Done);
        }
        let slow = registration::resend(&house.app, &BROWSER, &from("198.51.100.7")).await.unwrap();
        assert_eq!(slow, Step::Slowed(3600));
        assert_eq!(letters(house).await.len(), 3);
        let other = registration::send(&house.app, &BROWSER, "other@elm.example", &home()).await.unwrap();
        assert_eq!(other, Step::Done);
        house.clock.advance(3600);
        assert_eq!(registration::send(&house.app, &BROWSER, MAIL, &home()).await.unwrap(), Step::Done);
    }

    async fn what_was_never_confirmed_is_removed_after_thirty_days(house: House) {
        registration::start(&house.app, &BROWSER, &number(), &home()).await.unwrap();
        house.clock.advance(DRAFT_DAYS * 86_400);
        registration::start(&house.app, &OTHER, &number(), &home()).await.unwrap();
        assert_eq!(count(house, "select count(*) from registration").await, 2);
        house.clock.advance(1);
        registration::start(&house.app, &OTHER, &number(), &home()).await.unwrap();
        assert_eq!(count(house, "select count(*) from registration").await, 1);
    }
}
