//! Things of which each points to one other at most: sites to their parents, programs to
//! those that run first.

use crate::engine::effort;

/// What stands on each circle.
pub(super) fn circles(next: &[Option<usize>]) -> Vec<Vec<usize>> {
    let mut walk_of = vec![None; next.len()];
    let mut found = Vec::new();
    for start in 0..next.len() {
        let mut end = Some(start);
        while let Some(at) = end.filter(|at| walk_of[*at].is_none()) {
            effort::spend(1);
            walk_of[at] = Some(start);
            end = next[at];
        }
        // A walk that ends where it has been itself has gone round.
        if let Some(met) = end.filter(|at| walk_of[*at] == Some(start)) {
            let round = std::iter::successors(next[met], |at| next[*at]);
            let others = round.take_while(|at| *at != met);
            found.push(std::iter::once(met).chain(others).collect());
        }
    }
    found
}

/// How many others follow each, where there are no circles.
pub(super) fn depths(next: &[Option<usize>]) -> Vec<u32> {
    let mut depths: Vec<Option<u32>> = vec![None; next.len()];
    let mut way = Vec::new();
    for start in 0..next.len() {
        let mut at = Some(start);
        while let Some(one) = at.filter(|one| depths[*one].is_none()) {
            way.push(one);
            at = next[one];
        }
        let mut after = at.and_then(|one| depths[one]);
        while let Some(one) = way.pop() {
            effort::spend(1);
            after = Some(after.map_or(0, |depth| depth + 1));
            depths[one] = after;
        }
    }
    depths.into_iter().map(Option::unwrap_or_default).collect()
}
