//! Worlds with one thing less.

use super::world::{Held, World};

/// The world without the thing at this place, counted through everything that can go; `None` beyond the last.
pub fn without(world: &World, at: usize) -> Option<World> {
    let mut smaller = world.clone();
    let mut left = Some(at);
    go(&mut smaller, &mut left);
    left.is_none().then_some(smaller)
}

fn go(world: &mut World, left: &mut Option<usize>) {
    drop_one(&mut world.steps, left);
    for dialog in &mut world.dialogs {
        drop_one(&mut dialog.transmissions, left);
        drop_one(&mut dialog.gui_actions, left);
        drop_one(&mut dialog.api_actions, left);
        drop_one(&mut dialog.attachments, left);
        for sent in &mut dialog.transmissions {
            drop_one(&mut sent.attachments, left);
            drop_one(&mut sent.links, left);
        }
        drop_one(&mut dialog.labels, left);
        clear(&mut dialog.visible_from, left);
        clear(&mut dialog.expires_at, left);
    }
    for resource in &mut world.resources {
        // A policy without rules is none.
        let first = resource.rules.remove(0);
        drop_one(&mut resource.rules, left);
        resource.rules.insert(0, first);
        for rule in &mut resource.rules {
            drop_one(&mut rule.parts, left);
            if rule.subjects.len() > 1 {
                drop_one(&mut rule.subjects, left);
            }
            if rule.actions.len() > 1 {
                drop_one(&mut rule.actions, left);
            }
        }
    }
    for somebody in &mut world.people {
        if let Some(represents) = &mut somebody.represents {
            held(represents, left);
        }
    }
}

fn held(list: &mut Vec<Held>, left: &mut Option<usize>) {
    drop_one(list, left);
    for one in list {
        drop_one(&mut one.roles, left);
        drop_one(&mut one.packages, left);
        drop_one(&mut one.resources, left);
        drop_one(&mut one.instances, left);
        held(&mut one.units, left);
    }
}

/// Removes the element at the place, or counts past the list.
fn drop_one<T>(list: &mut Vec<T>, left: &mut Option<usize>) {
    match left {
        Some(at) if *at < list.len() => {
            list.remove(*at);
            *left = None;
        }
        Some(at) => *at -= list.len(),
        None => {}
    }
}

fn clear<T>(value: &mut Option<T>, left: &mut Option<usize>) {
    match left {
        Some(0) if value.is_some() => {
            *value = None;
            *left = None;
        }
        Some(at) if value.is_some() => *at -= 1,
        _ => {}
    }
}
