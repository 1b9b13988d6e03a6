//! F1 to F6 and P1 to P8 of the product as Cedar policies.

/// All of them, in Cedar's language.
pub(super) fn text() -> String {
    let mut policies = forbids();
    policies.extend(permits());
    policies.join("\n")
}

const LISTINGS: [&str; 2] = ["resource.l1", "resource.l2"];
const RESTRICTIONS: [&str; 2] = ["resource.r1", "resource.r2"];
const SPONSORSHIPS: [&str; 2] = ["principal.s1", "principal.s2"];

/// The record `of` is there and its span holds.
fn holds(of: &str) -> String {
    let (whose, name) = of.rsplit_once('.').unwrap_or_default();
    format!("{whose} has {name} && {}", now_in(of))
}

fn now_in(of: &str) -> String {
    format!("{of}.from <= context.now && context.now < {of}.to")
}

/// `whose` has the tag `key` and its span holds.
fn tagged(whose: &str, key: &str) -> String {
    format!("{whose}.hasTag({key}) && {}", now_in(&format!("{whose}.getTag({key})")))
}

fn any(conditions: impl IntoIterator<Item = String>) -> String {
    let all: Vec<String> = conditions.into_iter().map(|c| format!("({c})")).collect();
    format!("({})", all.join(" || "))
}

/// The sponsorship `s` is live, locks apart; the user's own status is F1's matter.
fn live(s: &str) -> String {
    let sponsor = format!("{s}.account");
    format!(
        "{} && {} && {}",
        holds(s),
        now_in(&format!("{sponsor}.active")),
        tagged(&sponsor, &format!("{s}.key"))
    )
}

fn unlocked(s: &str) -> String {
    format!("{} && !({})", live(s), now_in(&format!("{s}.account.overdue")))
}

fn when(effect: &str, principal: &str, condition: &str) -> String {
    format!("{effect}(principal{principal}, action, resource) when {{ {condition} }};")
}

const PROVIDER: &str = " is ProviderAccount";
const STAFF: &str = " is StaffAccount";

fn forbids() -> Vec<String> {
    let by_provider = RESTRICTIONS.map(|r| {
        let named = any([
            format!("{r}.everyone"),
            format!("{r} has account && {r}.account == principal"),
            format!("{r} has provider && {r}.provider == principal.provider"),
            format!("{r} has practice && {}", tagged("principal", &format!("{r}.key"))),
        ]);
        format!("{} && {named}", holds(r))
    });
    let by_staff = RESTRICTIONS.map(|r| {
        let through = any(SPONSORSHIPS.map(|s| format!("{} && {s}.practice == {r}.practice", live(s))));
        let named = any([
            format!("{r}.everyone"),
            format!("{r} has account && {r}.account == principal"),
            format!("{r} has practice && {through}"),
        ]);
        format!("{} && {named}", holds(r))
    });
    vec![
        when("forbid", "", &format!("!({})", now_in("principal.active"))),
        when("forbid", PROVIDER, &now_in("principal.overdue")),
        when("forbid", STAFF, &format!("!{}", any(SPONSORSHIPS.map(live)))),
        when("forbid", STAFF, &format!("!{}", any(SPONSORSHIPS.map(unlocked)))),
        when("forbid", PROVIDER, &any(by_provider)),
        when("forbid", STAFF, &any(by_staff)),
        when("forbid", "", "resource.hiddenFrom <= context.now"),
    ]
}

/// The listing `l` names no practice, or `practice`.
fn reaches(l: &str, practice: &str) -> String {
    format!("(!({l} has practice) || {l}.practice == {practice})")
}

fn permits() -> Vec<String> {
    let pcp =
        LISTINGS.map(|l| format!("{} && {l} has provider && {l}.provider == principal.provider", holds(l)));
    let partner = LISTINGS.map(|l| {
        let shared = ["m1", "m2"].map(|m| {
            let theirs = format!("{l}.provider.{m}");
            let mine = tagged("principal", &format!("{theirs}.key"));
            format!("{} && {} && {mine}", holds(&theirs), reaches(l, &format!("{theirs}.practice")))
        });
        let person = format!("{l} has provider && {l}.provider != principal.provider && {}", any(shared));
        let practice = format!("!({l} has provider) && {}", tagged("principal", &format!("{l}.key")));
        format!("{} && {}", holds(l), any([person, practice]))
    });
    let sponsor = SPONSORSHIPS.map(|s| {
        let listed = LISTINGS.map(|l| {
            let named = format!("{l} has provider && {l}.provider == {s}.provider");
            format!("{} && {named} && {}", holds(l), reaches(l, &format!("{s}.practice")))
        });
        format!("{} && {}", unlocked(s), any(listed))
    });
    let sponsors_partner = SPONSORSHIPS.map(|s| {
        let listed = LISTINGS.map(|l| {
            let member = ["m1", "m2"].map(|m| {
                let theirs = format!("{l}.provider.{m}");
                format!("{} && {theirs}.practice == {s}.practice", holds(&theirs))
            });
            let other = format!("{l} has provider && {l}.provider != {s}.provider");
            let person = format!("{other} && {} && {}", reaches(l, &format!("{s}.practice")), any(member));
            let practice = format!("!({l} has provider) && {l}.practice == {s}.practice");
            format!("{} && {}", holds(l), any([person, practice]))
        });
        format!("{} && {}", unlocked(s), any(listed))
    });
    let seat = ["m1", "m2"].map(|m| {
        let mine = format!("principal.provider.{m}");
        format!("{} && {}", holds(&mine), tagged("resource", &format!("{mine}.key")))
    });
    let seats = std::iter::once(tagged("resource", "principal.seatKey")).chain(seat);
    let alive = "context.now < resource.rightsEnd";
    let right = |key: &str| format!("{alive} && {}", tagged("resource", &format!("principal.{key}")));
    let redeemed = "resource.getTag(principal.tokenKey)";
    let redeemed_there =
        SPONSORSHIPS.map(|s| format!("{} && {s}.practice == {redeemed}.practice", unlocked(s)));
    let staff_token = format!("{} && {redeemed} has practice && {}", right("tokenKey"), any(redeemed_there));
    vec![
        when("permit", PROVIDER, &any(pcp)),
        when("permit", PROVIDER, &any(partner)),
        when("permit", STAFF, &any(sponsor)),
        when("permit", STAFF, &any(sponsors_partner)),
        when("permit", PROVIDER, &any(seats)),
        when("permit", PROVIDER, &right("tokenKey")),
        when("permit", STAFF, &staff_token),
        when("permit", PROVIDER, &right("grantKey")),
        when("permit", PROVIDER, &right("emergencyKey")),
    ]
}
