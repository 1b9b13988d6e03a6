//! Notes and documents as they are read: addenda under their note, what was replaced left out, by type and author.

use std::collections::{HashMap, HashSet};
use std::hash::BuildHasher;

use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::ChartItem;
use crate::domain::calendar::Instant;

/// A note with what was added to it.
#[derive(Clone, PartialEq, Debug)]
pub struct Thread {
    /// The note.
    pub note: ChartItem,
    /// What was added to it, oldest first.
    pub addenda: Vec<ChartItem>,
}

impl Thread {
    /// The note and what was added to it.
    pub fn items(&self) -> impl Iterator<Item = &ChartItem> {
        std::iter::once(&self.note).chain(&self.addenda)
    }
}

/// The ids of what `item` replaces.
fn targets(item: &ChartItem) -> Vec<Uuid> {
    item.about.split_whitespace().filter_map(|id| id.parse().ok()).collect()
}

/// Of `items` each that another of them replaces, with the one that does. What replaces is looked for among these only, so that
/// something out of reach hides nothing; and where two replace one another, one stays.
pub fn replaced(items: &[ChartItem]) -> HashMap<Uuid, Uuid> {
    let known: HashMap<Uuid, &ChartItem> = items.iter().map(|item| (item.id, item)).collect();
    let mut by: HashMap<Uuid, Uuid> = HashMap::new();
    for item in items {
        if by.contains_key(&item.id) {
            continue;
        }
        let mut older = targets(item);
        while let Some(old) = older.pop() {
            if old == item.id || by.contains_key(&old) {
                continue;
            }
            if let Some(found) = known.get(&old) {
                by.insert(old, item.id);
                older.extend(targets(found));
            }
        }
    }
    by
}

/// Those of `items` that none of them replaces, in their order.
pub fn current(items: Vec<ChartItem>) -> Vec<ChartItem> {
    let by = replaced(&items);
    items.into_iter().filter(|item| !by.contains_key(&item.id)).collect()
}

/// The one that stands for `id` after everything that replaced it.
pub fn standing<S: BuildHasher>(by: &HashMap<Uuid, Uuid, S>, id: Uuid) -> Uuid {
    let mut here = id;
    // A source that says of two that each replaced the other is not followed for ever.
    for _ in 0..by.len() {
        let Some(next) = by.get(&here) else { break };
        here = *next;
    }
    here
}

/// `items` as threads, in their order. An addendum whose note is not among them stands for itself.
pub fn threads(items: Vec<ChartItem>) -> Vec<Thread> {
    let by = replaced(&items);
    let of = |item: &ChartItem| {
        let known = |id: &Uuid| items.iter().find(|other| other.id == *id);
        // What replaces an addendum takes its place.
        item.report.or_else(|| targets(item).iter().filter_map(known).find_map(|old| old.report))
    };
    let above: HashMap<Uuid, Uuid> =
        items.iter().filter_map(|item| of(item).map(|up| (item.id, standing(&by, up)))).collect();
    let shown: HashSet<Uuid> = items.iter().map(|item| item.id).filter(|id| !by.contains_key(id)).collect();
    let root = |id: Uuid| {
        let (mut here, mut seen) = (id, HashSet::from([id]));
        while let Some(up) = above.get(&here).filter(|up| shown.contains(up)) {
            if !seen.insert(*up) {
                return id;
            }
            here = *up;
        }
        here
    };
    let roots: HashMap<Uuid, Uuid> = shown.iter().map(|id| (*id, root(*id))).collect();
    let (mut all, mut places): (Vec<Thread>, HashMap<Uuid, usize>) = (Vec::new(), HashMap::new());
    let mut added = Vec::new();
    for item in items {
        match roots.get(&item.id) {
            Some(root) if *root == item.id => {
                places.insert(item.id, all.len());
                all.push(Thread { note: item, addenda: Vec::new() });
            }
            Some(root) => added.push((*root, item)),
            None => {}
        }
    }
    for (root, item) in added {
        if let Some(thread) = places.get(&root).and_then(|place| all.get_mut(*place)) {
            thread.addenda.push(item);
        }
    }
    for thread in &mut all {
        thread.addenda.sort_by_key(|item| (item.at.unwrap_or(Instant::EVER), item.id));
    }
    all
}

/// Something to filter by, and the key that a URL has for it: a digest, so that no word of the record stands in an address.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Choice {
    /// Its name.
    pub name: String,
    /// Its key.
    pub key: String,
}

/// What is asked for; `None` is everything.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Pick {
    /// The key of a type.
    pub kind: Option<String>,
    /// The key of an author.
    pub author: Option<String>,
}

impl Pick {
    /// Whether it leaves anything out.
    pub fn is_some(&self) -> bool {
        self.kind.is_some() || self.author.is_some()
    }
}

/// The types and authors that there are to choose from, by name.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Offer {
    /// The types.
    pub kinds: Vec<Choice>,
    /// The authors.
    pub authors: Vec<Choice>,
}

/// The key of `name`.
fn key(name: &str) -> String {
    data_encoding::HEXLOWER.encode(Sha256::digest(name.as_bytes()).get(..6).unwrap_or_default())
}

fn kind(item: &ChartItem) -> String {
    key(if item.code.is_empty() { &item.title } else { &item.code })
}

/// What `threads` offer to filter by.
pub fn offer(threads: &[Thread]) -> Offer {
    let mut offer = Offer::default();
    for item in threads.iter().flat_map(Thread::items) {
        for (list, name, key) in
            [(&mut offer.kinds, &item.title, kind(item)), (&mut offer.authors, &item.actor, key(&item.actor))]
        {
            if !name.is_empty() && !list.iter().any(|choice| choice.key == key) {
                list.push(Choice { name: name.clone(), key });
            }
        }
    }
    offer.kinds.sort();
    offer.authors.sort();
    offer
}

/// The threads of which the note or an addendum is what `pick` asks for.
pub fn picked(threads: Vec<Thread>, pick: &Pick) -> Vec<Thread> {
    let fits = |item: &ChartItem| {
        pick.kind.as_ref().is_none_or(|wanted| kind(item) == *wanted)
            && pick.author.as_ref().is_none_or(|wanted| key(&item.actor) == *wanted)
    };
    threads.into_iter().filter(|thread| thread.items().any(fits)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::chart::Section;

    fn note(n: u128, adds_to: Option<u128>, replaces: &[u128]) -> ChartItem {
        let ids: Vec<String> = replaces.iter().map(|id| Uuid::from_u128(*id).simple().to_string()).collect();
        ChartItem {
            id: Uuid::from_u128(n),
            report: adds_to.map(Uuid::from_u128),
            about: ids.join(" "),
            title: format!("Note {n}"),
            ..ChartItem::blank(Section::Notes)
        }
    }

    /// Threads as numbers: the note, then what was added.
    fn told(items: Vec<ChartItem>) -> Vec<Vec<u128>> {
        threads(items).iter().map(|thread| thread.items().map(|item| item.id.as_u128()).collect()).collect()
    }

    #[test]
    fn an_addendum_stands_under_its_note_and_alone_without_it() {
        assert_eq!(
            told(vec![note(3, Some(1), &[]), note(2, None, &[]), note(1, None, &[])]),
            [vec![2], vec![1, 3]]
        );
        assert_eq!(told(vec![note(3, Some(9), &[])]), [vec![3]]);
        assert_eq!(
            told(vec![note(3, Some(2), &[]), note(2, Some(1), &[]), note(1, None, &[])]),
            [vec![1, 2, 3]]
        );
    }

    #[test]
    fn what_was_replaced_is_shown_once_and_its_addenda_go_over() {
        assert_eq!(told(vec![note(3, None, &[2]), note(2, None, &[1]), note(1, None, &[])]), [vec![3]]);
        assert_eq!(told(vec![note(3, None, &[1]), note(2, Some(1), &[]), note(1, None, &[])]), [vec![3, 2]]);
        assert_eq!(told(vec![note(4, None, &[3]), note(3, Some(1), &[]), note(1, None, &[])]), [vec![1, 4]]);
        assert_eq!(told(vec![note(3, None, &[9])]), [vec![3]], "what is not there is no matter");
    }

    #[test]
    fn circles_lose_nothing() {
        assert_eq!(told(vec![note(2, None, &[1]), note(1, None, &[2])]), [vec![2]]);
        assert_eq!(told(vec![note(1, None, &[1])]), [vec![1]]);
        assert_eq!(told(vec![note(2, Some(1), &[]), note(1, Some(2), &[])]), [vec![2], vec![1]]);
    }

    #[test]
    fn a_filter_keeps_a_thread_by_its_note_or_by_what_was_added() {
        let by = |n, who: &str, adds_to| ChartItem { actor: who.into(), ..note(n, adds_to, &[]) };
        let all =
            threads(vec![by(3, "Dr. Sato", Some(1)), by(2, "Dr. Chen", None), by(1, "Dr. Haddad", None)]);
        let offered = offer(&all);
        let names: Vec<&str> = offered.authors.iter().map(|choice| choice.name.as_str()).collect();
        assert_eq!(names, ["Dr. Chen", "Dr. Haddad", "Dr. Sato"]);
        let of = |author: usize| Pick { kind: None, author: Some(offered.authors[author].key.clone()) };
        assert_eq!(picked(all.clone(), &of(2)).len(), 1);
        assert_eq!(picked(all.clone(), &of(2))[0].note.id.as_u128(), 1);
        assert_eq!(picked(all.clone(), &of(0))[0].note.id.as_u128(), 2);
        assert_eq!(picked(all, &Pick::default()).len(), 2);
    }
}
