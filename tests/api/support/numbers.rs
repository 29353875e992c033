//! Numbers that nobody else in the test run has, with valid check digits.

use dialogporten::dialog::party::{is_organization_number, is_person_number};

fn digits(count: u32) -> u64 {
    let random = dialogporten::dialog::id::random().as_u128() % 10_u128.pow(count);
    u64::try_from(random).unwrap()
}

/// A national identity number; its date is nonsense on purpose.
pub fn person_number() -> String {
    loop {
        let stem = format!("{:09}", digits(9));
        for check in 0..100 {
            let number = format!("{stem}{check:02}");
            if is_person_number(&number) {
                return number;
            }
        }
    }
}

/// An organization number.
pub fn organization_number() -> String {
    loop {
        let stem = format!("{:08}", digits(8));
        for check in 0..10 {
            let number = format!("{stem}{check}");
            if is_organization_number(&number) {
                return number;
            }
        }
    }
}
