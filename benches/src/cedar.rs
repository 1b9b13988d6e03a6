//! The same world and the same rules for Cedar: all entities in memory once, policies parsed once, `now` in each request.
//!
//! Cedar has no loops, so dated facts stand where a policy can reach them: tags where a key is known (memberships, seats,
//! tokens, grants), two numbered attributes elsewhere (listings, sponsorships, a listed provider's memberships); and whether
//! a sponsor is overdue, which takes a calendar, is worked out for it beforehand.

use std::collections::HashMap;

use cedar_policy::{
    Authorizer, Context, Decision, Entities, Entity, EntityId, EntityTypeName, EntityUid, PolicySet, Request,
    RestrictedExpression as Value,
};
use postern::domain::access::facts::{
    Listing, Membership, PatientFacts, Restriction, SponsorFacts, StatusHistory, ViewerFacts,
};
use postern::domain::calendar::{Instant, Interval};
use postern::domain::people::{AccountKind, AccountStatus};
use uuid::Uuid;

use super::Outcome;
use super::decide::Facts;
use super::world::Question;

mod policies;

type Fields = Vec<(String, Value)>;

/// Cedar with the whole world in memory.
pub(crate) struct Cedar {
    authorizer: Authorizer,
    policies: PolicySet,
    entities: Entities,
    action: EntityUid,
    kinds: HashMap<Uuid, &'static str>,
}

/// Who asks, about whom.
pub(crate) struct Asker {
    principal: EntityUid,
    resource: EntityUid,
}

impl Cedar {
    /// The world of `facts`, which Cedar asks for instants close to `now`.
    pub(crate) fn of(facts: &Facts, now: Instant) -> Outcome<Self> {
        let mut entities = Vec::new();
        let mut providers: HashMap<Uuid, &[Membership]> = HashMap::new();
        for viewer in facts.viewers.values() {
            entities.push(account(viewer, now)?);
            if let Some(provider) = viewer.provider {
                providers.insert(provider.0, &viewer.memberships);
            }
        }
        for (id, memberships) in providers {
            let fields =
                numbered("m", memberships.iter().map(|m| spanned(m.span, of_practice(m.practice.0)?)))?;
            entities.push(entity("Provider", id, fields, Vec::new())?);
        }
        for patient in facts.patients.values() {
            entities.push(of_patient(patient)?);
        }
        Ok(Self {
            authorizer: Authorizer::new(),
            policies: policies::text().parse()?,
            entities: Entities::from_entities(entities, None)?,
            action: uid("Action", Uuid::nil())?,
            kinds: facts.viewers.values().map(|v| (v.account.0, kind(v))).collect(),
        })
    }

    /// The two entities of `question`.
    pub(crate) fn asker(&self, question: &Question) -> Outcome<Asker> {
        let kind = self.kinds.get(&question.account).ok_or("Cedar does not know the account")?;
        Ok(Asker { principal: uid(kind, question.account)?, resource: uid("Patient", question.patient)? })
    }

    /// Whether Cedar allows it at `now`.
    pub(crate) fn allows(&self, asker: &Asker, now: Instant) -> Outcome<bool> {
        let context = Context::from_pairs([("now".to_owned(), Value::new_long(now.micros()))])?;
        let (principal, resource) = (asker.principal.clone(), asker.resource.clone());
        let request = Request::new(principal, self.action.clone(), resource, context, None)?;
        let answer = self.authorizer.is_authorized(&request, &self.policies, &self.entities);
        if let Some(error) = answer.diagnostics().errors().next() {
            return Err(format!("Cedar: {error}").into());
        }
        Ok(answer.decision() == Decision::Allow)
    }
}

fn kind(viewer: &ViewerFacts) -> &'static str {
    match viewer.kind {
        AccountKind::Provider => "ProviderAccount",
        _ => "StaffAccount",
    }
}

fn uid(kind: &str, id: Uuid) -> Outcome<EntityUid> {
    let name: EntityTypeName = kind.parse()?;
    Ok(EntityUid::from_type_name_and_id(name, EntityId::new(id.to_string())))
}

fn reference(kind: &str, id: Uuid) -> Outcome<Value> {
    Ok(Value::new_entity_uid(uid(kind, id)?))
}

fn entity(kind: &str, id: Uuid, fields: Fields, tags: Fields) -> Outcome<Entity> {
    Ok(Entity::new_with_tags(uid(kind, id)?, fields, [], tags)?)
}

fn field(name: &str, value: Value) -> (String, Value) {
    (name.to_owned(), value)
}

/// A record of `span` and `fields`.
fn spanned(span: Interval, mut fields: Fields) -> Outcome<Value> {
    fields.push(field("from", Value::new_long(span.start().micros())));
    fields.push(field("to", Value::new_long(span.end().unwrap_or(Instant::NEVER).micros())));
    Ok(Value::new_record(fields)?)
}

/// `values` as the attributes `NAME1` and `NAME2`.
fn numbered(name: &str, values: impl Iterator<Item = Outcome<Value>>) -> Outcome<Fields> {
    let numbered = values.zip(1..).map(|(value, n)| Ok((format!("{name}{n}"), value?)));
    let fields: Fields = numbered.collect::<Outcome<_>>()?;
    if fields.len() > 2 { Err(format!("the Cedar policies know two {name}").into()) } else { Ok(fields) }
}

fn of_practice(practice: Uuid) -> Outcome<Fields> {
    let key = Value::new_string(practice.to_string());
    Ok(vec![field("practice", reference("Practice", practice)?), field("key", key)])
}

fn active(history: &StatusHistory) -> Outcome<Value> {
    let span = history.0.iter().find(|s| s.status == AccountStatus::Active).map(|s| s.span);
    spanned(span.unwrap_or(Interval::new(Some(Instant::NEVER), None)), Vec::new())
}

fn account(viewer: &ViewerFacts, now: Instant) -> Outcome<Entity> {
    let id = viewer.account.0;
    let mut fields = vec![
        field("active", active(&viewer.status)?),
        field("tokenKey", Value::new_string(format!("token {id}"))),
        field("grantKey", Value::new_string(format!("grant {id}"))),
        field("emergencyKey", Value::new_string(format!("emergency {id}"))),
    ];
    let mut tags = Vec::new();
    if let Some(provider) = viewer.provider {
        let since = viewer.overdue(now).map_or(Instant::NEVER, |cycle| cycle.due);
        fields.push(field("overdue", spanned(Interval::new(Some(since), None), Vec::new())?));
        fields.push(field("provider", reference("Provider", provider.0)?));
        fields.push(field("seatKey", Value::new_string(provider.to_string())));
        for m in &viewer.memberships {
            tags.push((m.practice.to_string(), spanned(m.span, Vec::new())?));
        }
    }
    let sponsorships = viewer.sponsorships.iter().map(|s| {
        let sponsor: &SponsorFacts = viewer.sponsors.get(s.sponsor).ok_or("a sponsorship without sponsor")?;
        let mut of = of_practice(s.practice.0)?;
        of.push(field("account", reference("ProviderAccount", sponsor.account.0)?));
        of.push(field("provider", reference("Provider", sponsor.provider.0)?));
        spanned(s.span, of)
    });
    fields.extend(numbered("s", sponsorships)?);
    entity(kind(viewer), id, fields, tags)
}

fn of_patient(patient: &PatientFacts) -> Outcome<Entity> {
    let (ends, hidden) =
        patient.death.map_or((Instant::NEVER, Instant::NEVER), |d| (d.day_after, d.hidden_from));
    let mut fields = vec![
        field("rightsEnd", Value::new_long(ends.micros())),
        field("hiddenFrom", Value::new_long(hidden.micros())),
    ];
    fields.extend(numbered("l", patient.listings.iter().map(listing))?);
    fields.extend(numbered("r", patient.restrictions.iter().map(restriction))?);
    let mut tags = Vec::new();
    for seat in &patient.seats {
        let whose = seat.provider.map(|p| p.0).or(seat.practice.map(|p| p.0)).unwrap_or_default();
        tags.push((whose.to_string(), spanned(seat.span, Vec::new())?));
    }
    for token in &patient.tokens {
        let of = token.practice.map(|p| of_practice(p.0)).transpose()?.unwrap_or_default();
        tags.push((format!("token {}", token.account), spanned(token.span, of)?));
    }
    for grant in &patient.grants {
        tags.push((format!("grant {}", grant.account), spanned(grant.span, Vec::new())?));
    }
    for emergency in &patient.emergencies {
        tags.push((format!("emergency {}", emergency.account), spanned(emergency.span, Vec::new())?));
    }
    entity("Patient", patient.patient.0, fields, tags)
}

fn listing(listing: &Listing) -> Outcome<Value> {
    let mut of = listing.practice.map(|p| of_practice(p.0)).transpose()?.unwrap_or_default();
    if let Some(provider) = listing.provider {
        of.push(field("provider", reference("Provider", provider.0)?));
    }
    spanned(listing.span, of)
}

fn restriction(restriction: &Restriction) -> Outcome<Value> {
    let mut of = restriction.practice.map(|p| of_practice(p.0)).transpose()?.unwrap_or_default();
    of.push(field("everyone", Value::new_bool(restriction.of_everyone())));
    if let Some(account) = restriction.account {
        of.push(field("account", reference("ProviderAccount", account.0)?));
    }
    if let Some(provider) = restriction.provider {
        of.push(field("provider", reference("Provider", provider.0)?));
    }
    spanned(restriction.span, of)
}
