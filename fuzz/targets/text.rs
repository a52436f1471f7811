//! Text in any encoding and shape, from bytes to plan and out again.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let _ = fuzz::whole_way("a.txt", data);
});
