//! Old workbooks: bytes as they come, and the record stream within a sound compound file, which mutation alone would
//! seldom get past. calamine may panic on broken records; that is caught and must come out as a refusal, so the hook
//! that ends the process on any panic is taken away first.

#![no_main]

use std::sync::Once;

static QUIET: Once = Once::new();

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    QUIET.call_once(|| std::panic::set_hook(Box::new(|_| {})));
    let _ = fuzz::whole_way("a.xls", data);
    let _ = fuzz::whole_way("a.xls", &fuzz::compound(data));
});
