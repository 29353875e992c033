//! Expectations, and how a client says that a step is done.

/// The status of a call that is refused, and what its body has been read into.
macro_rules! refusal {
    ($apis:ident, $call:expr) => {
        match $call.await {
            Err($apis::Error::ResponseError(answer)) => (answer.status.as_u16(), answer.entity),
            Err(other) => panic!("{other}"),
            Ok(_) => panic!("not refused"),
        }
    };
}

/// The problem of a call that is refused with a status.
macro_rules! problem {
    ($status:literal, $apis:ident, $api:ident::$error:ident, $call:expr) => {{
        let (status, body) = refusal!($apis, $call);
        assert_eq!(status, $status);
        let Some($api::$error::Status400(problem)) = body else {
            panic!("{status} without a problem");
        };
        assert_eq!(problem.status, Some(Some($status)));
        assert!(problem.title.is_some() && problem.trace_id.is_some());
        problem
    }};
}

/// The only thing of a list.
pub fn only<T>(list: impl IntoIterator<Item = T>) -> T {
    let mut list = list.into_iter();
    let one = list.next().expect("the list is empty");
    assert!(list.next().is_none(), "the list has more than one");
    one
}

pub fn sorted<T: Ord>(list: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut list: Vec<T> = list.into_iter().collect();
    list.sort();
    list
}

pub fn ok(step: &str) {
    println!("ok {step}");
}
