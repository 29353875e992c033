//! How transmissions hang together: each may answer one other.

use std::collections::HashMap;

use uuid::Uuid;

use crate::dialog::limits::TRANSMISSION_HIERARCHY;

/// How many identifiers a message names.
const NAMED: usize = 10;

/// What is wrong with the whole of a dialog's transmissions, given each one's identifier and the one it answers:
/// chains longer than 100, more than 100 answers to one, circles. At most one sentence each.
pub fn hierarchy_violations(
    transmissions: impl Iterator<Item = (Uuid, Option<Uuid>)>,
) -> Vec<String> {
    let parents: HashMap<Uuid, Option<Uuid>> = transmissions.collect();

    let mut answers: HashMap<Uuid, usize> = HashMap::new();
    for parent in parents.values().flatten() {
        *answers.entry(*parent).or_default() += 1;
    }
    let wide = answers
        .into_iter()
        .filter(|(_, count)| *count > TRANSMISSION_HIERARCHY)
        .map(|(id, _)| id);

    let depths = depths(&parents);
    let deep = depths
        .iter()
        .filter(|(_, depth)| depth.is_some_and(|depth| depth > TRANSMISSION_HIERARCHY))
        .map(|(id, _)| *id);
    let circular = depths
        .iter()
        .filter(|(_, depth)| depth.is_none())
        .map(|(id, _)| *id);

    [
        sentence(
            deep,
            &format!(
                "Hierarchy depth violation: transmissions must not be deeper than {TRANSMISSION_HIERARCHY}"
            ),
        ),
        sentence(
            wide,
            &format!(
                "Hierarchy width violation: transmissions must not have more than {TRANSMISSION_HIERARCHY} answers"
            ),
        ),
        sentence(
            circular,
            "Hierarchy cycle violation: transmissions must not answer themselves, be it through others",
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The length of the chain that each one ends, counted from 1; `None` for those whose chain runs into a circle.
fn depths(parents: &HashMap<Uuid, Option<Uuid>>) -> HashMap<Uuid, Option<usize>> {
    let mut depths: HashMap<Uuid, Option<usize>> = HashMap::with_capacity(parents.len());
    for start in parents.keys() {
        // Up until something known, a root or a circle; what is on the way counts as circular until told otherwise.
        let mut way = Vec::new();
        let mut next = Some(*start);
        let mut depth = Some(0);
        while let Some(id) = next {
            if let Some(known) = depths.get(&id) {
                depth = *known;
                break;
            }
            // Not one of the dialog's: whoever asked tells that, here its answer is a root.
            let Some(parent) = parents.get(&id) else {
                break;
            };
            depths.insert(id, None);
            way.push(id);
            next = *parent;
        }
        if let Some(mut depth) = depth {
            for id in way.into_iter().rev() {
                depth += 1;
                depths.insert(id, Some(depth));
            }
        }
    }
    depths
}

fn sentence(ids: impl Iterator<Item = Uuid>, what: &str) -> Option<String> {
    let mut ids: Vec<_> = ids.collect();
    ids.sort();
    let named: Vec<_> = ids.iter().take(NAMED).map(Uuid::to_string).collect();
    let dots = if ids.len() > NAMED { ", …" } else { "" };
    (!ids.is_empty()).then(|| format!("{what}. [{}{dots}]", named.join(", ")))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn id(number: usize) -> Uuid {
        Uuid::from_u128(number as u128 + 1)
    }

    fn kinds(parents: &[Option<usize>]) -> Vec<String> {
        let all = parents
            .iter()
            .enumerate()
            .map(|(number, parent)| (id(number), parent.map(id)));
        hierarchy_violations(all)
            .iter()
            .map(|sentence| sentence.split(' ').nth(1).unwrap().to_owned())
            .collect()
    }

    fn chain(length: usize) -> Vec<Option<usize>> {
        (0..length).map(|number| number.checked_sub(1)).collect()
    }

    fn star(answers: usize) -> Vec<Option<usize>> {
        let root = std::iter::once(None);
        root.chain(std::iter::repeat_n(Some(0), answers)).collect()
    }

    #[test]
    fn a_hundred_are_fine_and_one_more_is_not() {
        for (parents, expected) in [
            (vec![], vec![]),
            (chain(100), vec![]),
            (chain(101), vec!["depth"]),
            (chain(150), vec!["depth"]),
            (star(100), vec![]),
            (star(101), vec!["width"]),
            (vec![None, Some(2), Some(1)], vec!["cycle"]),
            (vec![Some(0)], vec!["cycle"]),
            (vec![Some(1), Some(2), Some(1)], vec!["cycle"]),
            (vec![Some(1), None], vec![]),
            (vec![Some(7)], vec![]),
        ] {
            assert_eq!(kinds(&parents), expected);
        }
    }

    #[test]
    fn messages_name_a_few() {
        let ids = chain(200);
        let all = ids.iter().enumerate().map(|(n, p)| (id(n), p.map(id)));
        let sentences = hierarchy_violations(all);
        assert!(sentences[0].contains("depth violation"));
        assert!(sentences[0].len() < 600);
    }

    proptest! {
        #[test]
        fn depths_agree_with_walking_up_from_each(
            parents in prop::collection::vec(prop::option::of(0..40_usize), 0..40)
        ) {
            let known: HashMap<_, _> = parents
                .iter()
                .enumerate()
                .map(|(number, parent)| (id(number), parent.map(id)))
                .collect();
            let depths = depths(&known);
            for start in known.keys() {
                let mut steps = 0;
                let mut at = Some(*start);
                while let Some(id) = at.filter(|id| known.contains_key(id)) {
                    steps += 1;
                    if steps > known.len() {
                        break;
                    }
                    at = known[&id];
                }
                let naive = (steps <= known.len()).then_some(steps);
                prop_assert_eq!(depths[start], naive);
            }
        }
    }
}
