//! What an answer costs, told with `--nocapture`. Nothing depends on the figures.

use std::time::Instant;

use libc::O_RDONLY;

use crate::child::{confined, folder, list, open, policy, try_open, try_stat};

#[test]
fn calls_are_answered_and_their_time_is_told() {
    const TIMES: u32 = 2000;
    let (_kept, root) = folder();
    std::fs::create_dir(format!("{root}/many")).unwrap();
    for number in 0..1000 {
        std::fs::write(format!("{root}/many/{number}"), "content").unwrap();
    }
    let mut reads: Vec<_> = (0..60).map(|number| format!("/etc/app-{number}/**/*.conf")).collect();
    reads.push(root.clone());
    let policy = policy(&reads.iter().map(String::as_str).collect::<Vec<_>>());
    let (micros, _) = confined(&policy, || {
        let each = |times: u32, work: &dyn Fn(u32)| {
            let start = Instant::now();
            (0..times).for_each(work);
            start.elapsed().as_secs_f64() * 1e6 / f64::from(times)
        };
        let (file, same) = (|number: u32| format!("{root}/many/{}", number % 1000), format!("{root}/many/0"));
        [
            (
                "open, each file for the first time",
                each(1000, &|number| assert_eq!(try_open(&file(number)), 0)),
            ),
            ("open, one file", each(TIMES, &|_| drop(open(&same, O_RDONLY).unwrap()))),
            ("open, refused", each(TIMES, &|_| assert_ne!(try_open("/etc/shadow"), 0))),
            ("open, absent", each(TIMES, &|_| assert_ne!(try_open(&format!("{root}/absent")), 0))),
            ("stat", each(TIMES, &|_| assert_eq!(try_stat(&same), 0))),
            (
                "listing of 1000 entries",
                each(10, &|_| assert_eq!(list(&format!("{root}/many")).unwrap().len(), 1000)),
            ),
        ]
        .map(|(what, micros)| (what.to_owned(), micros))
    });
    for (what, micros) in micros {
        println!("{micros:9.1} µs  {what}");
    }
}
