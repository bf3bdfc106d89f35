//! The ladder delivers what the heap delivers, whatever is pushed when.

use proptest::prelude::*;
use rollcast::engine::{Event, EventList, HeapList, Ladder, Streams};
use rollcast::units::Instant;

/// What one step does: push events this much after the last popped time, or
/// pop some, or only look at the next time.
#[derive(Debug, Clone)]
enum Step {
    Push {
        after: u64,
        rank: u8,
        entity: u32,
        serial: u32,
    },
    Pop(usize),
    Peek,
}

/// Increments of every kind: none (ties), short, and 90 % near 50 ms with
/// 10 % an hour away.
fn after() -> impl Strategy<Value = u64> {
    prop_oneof![
        2 => Just(0),
        3 => 0u64..4,
        3 => 0u64..100_000,
        9 => 49_000u64..51_000,
        1 => 3_600_000_000u64..3_600_100_000,
        1 => 0u64..1 << 44,
    ]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (after(), 0u8..3, 0u32..4, 0u32..0x0200_0000)
            .prop_map(|(after, rank, entity, serial)| Step::Push { after, rank, entity, serial }),
        2 => (1usize..8).prop_map(Step::Pop),
        1 => Just(Step::Peek),
    ]
}

/// Takes the steps with both lists and compares all that can be seen.
fn same(ladder: &mut Ladder, steps: &[Step], copies: u32) -> Result<(), TestCaseError> {
    let mut heap = HeapList::default();
    let mut now = 0;
    for step in steps {
        match *step {
            Step::Push {
                after,
                rank,
                entity,
                serial,
            } => {
                for copy in 0..copies {
                    let time = Instant(now + after + u64::from(copy) * (after % 7));
                    let event = Event {
                        time,
                        rank,
                        entity: entity + copy,
                        serial,
                    };
                    ladder.push(event);
                    heap.push(event);
                }
            }
            Step::Pop(count) => {
                for _ in 0..count * copies as usize {
                    let event = heap.pop();
                    prop_assert_eq!(ladder.pop(), event);
                    now = event.map_or(now, |event| event.time.0);
                }
            }
            Step::Peek => prop_assert_eq!(ladder.peek_time(), heap.peek_time()),
        }
        prop_assert_eq!(ladder.len(), heap.len());
    }
    while let Some(event) = heap.pop() {
        prop_assert_eq!(ladder.pop(), Some(event));
    }
    prop_assert!(ladder.pop().is_none() && ladder.is_empty() && ladder.peek_time().is_none());
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, ..ProptestConfig::default() })]

    #[test]
    fn a_ladder_delivers_what_a_heap_delivers(steps in prop::collection::vec(step(), 1..200)) {
        same(&mut Ladder::new(), &steps, 1)?;
    }

    /// Enough events that slots are dealt out and the open one is narrowed.
    #[test]
    fn crowds_and_ties_do_not_change_the_order(steps in prop::collection::vec(step(), 1..24)) {
        same(&mut Ladder::new(), &steps, 300)?;
    }

    #[test]
    fn a_cleared_ladder_behaves_as_a_new_one(
        before in prop::collection::vec(step(), 1..50),
        steps in prop::collection::vec(step(), 1..50),
    ) {
        let mut ladder = Ladder::new();
        for (n, step) in before.iter().enumerate() {
            if let Step::Push { after, rank, entity, serial } = *step {
                ladder.push(Event { time: Instant(after), rank, entity, serial });
            }
            if n % 5 == 0 {
                ladder.clear();
            }
        }
        ladder.clear();
        same(&mut ladder, &steps, 3)?;
    }
}

#[test]
fn an_event_at_the_present_time_with_a_lower_rank_is_next() {
    let event = |time, rank| Event {
        time: Instant(time),
        rank,
        entity: 0,
        serial: 0,
    };
    let mut ladder = Ladder::new();
    for event in [event(10, 1), event(10, 2), event(11, 0)] {
        ladder.push(event);
    }
    assert_eq!(ladder.pop(), Some(event(10, 1)));
    ladder.push(event(10, 0));
    assert_eq!(ladder.pop(), Some(event(10, 0)));
    assert_eq!(ladder.pop(), Some(event(10, 2)));
}

#[test]
fn an_event_before_one_already_looked_at_is_next() {
    let event = |time| Event {
        time: Instant(time),
        rank: 0,
        entity: 0,
        serial: 0,
    };
    let mut ladder = Ladder::new();
    ladder.push(event(1 << 50));
    assert_eq!(ladder.peek_time(), Some(Instant(1 << 50)));
    ladder.push(event(3));
    assert_eq!(ladder.peek_time(), Some(Instant(3)));
    assert_eq!(
        (ladder.pop(), ladder.pop()),
        (Some(event(3)), Some(event(1 << 50)))
    );
}

#[test]
fn a_hundred_thousand_holds_come_in_the_same_order() {
    let streams = Streams::new(3, 0);
    let (mut ladder, mut heap) = (Ladder::new(), HeapList::default());
    for entity in 0..20_000 {
        let event = Event {
            time: Instant(u64::from(entity % 100)),
            rank: 0,
            entity,
            serial: 0,
        };
        ladder.push(event);
        heap.push(event);
    }
    for n in 0..100_000 {
        let event = heap.pop();
        assert_eq!(ladder.pop(), event);
        let event = event.expect("the list never runs empty");
        let draws = streams.block(u64::from(event.entity), 0, n);
        let after = if draws.below(0, 10) == 0 {
            3_600_000_000
        } else {
            50_000 + draws.below(1, 1_000)
        };
        let next = Event {
            time: Instant(event.time.0 + after),
            serial: event.serial + 1,
            ..event
        };
        ladder.push(next);
        heap.push(next);
    }
}
