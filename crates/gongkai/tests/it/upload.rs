//! Bad input at the import form: each gets a sentence and a status of 4xx, nothing is half-written, memory is bounded.

use crate::http::{get, multipart, sign_in, upload};
use crate::program::Demo;
use std::io::Write;
use std::net::TcpStream;
use std::time::Duration;

#[test]
fn each_bad_file_gets_a_sentence_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::start(&folder.path().join("data"));
    let cookie = sign_in(&demo, "gongkai");
    let pilot = include_bytes!("../../../../data/pilot/plan.xlsx");
    let half = &pilot[..pilot.len() / 2];
    let huge = vec![b'a'; 210_000_000];
    let cases: [(&str, &[u8], &str); 7] = [
        ("空.xlsx", b"", "请先选择一个文件"),
        ("断.xlsx", half, "不完整"),
        ("图.xlsx", b"\x89PNG\r\n\x1a\n0000000000000000", "请"),
        ("无表.txt", "这里没有表格，只有一句话。".as_bytes(), "表格"),
        ("乱.docx", b"PK\x03\x04garbage", "请"),
        ("假.pdf", b"%PDF-1.7 not a table", "请"),
        ("大.txt", &huge, "不能超过"),
    ];
    for (name, content, sentence) in cases {
        let answer = upload(&demo, &cookie, name, content);
        assert!((400..500).contains(&answer.status), "{name}: {}", answer.status);
        assert!(answer.body.contains(sentence), "{name}: {}", answer.body);
    }
    assert!(demo.peak_megabytes() < 300, "peak memory {} MB", demo.peak_megabytes());
    let page = get(&demo, "/office/plans/import", &cookie).unwrap().body;
    assert!(!page.contains("还在核对的表"), "no draft was left behind");
    let good = upload(&demo, &cookie, "plan.xlsx", pilot);
    assert_eq!(good.status, 303, "{}", good.body);
}

#[test]
fn a_reader_who_sends_slowly_does_not_take_every_place() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::start(&folder.path().join("data"));
    let slow = |_| {
        let mut stream = TcpStream::connect(("127.0.0.1", demo.port)).unwrap();
        let head = "POST /requests HTTP/1.1\r\nHost: a\r\nSec-Fetch-Site: same-origin\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 1000\r\n\r\n--b\r\n";
        stream.write_all(head.as_bytes()).unwrap();
        stream
    };
    let send = || multipart(&demo, "/requests", "", &[("wanted", "示例")], ("files", "a.txt", b"x"));
    // The program sees a little later that others came and went.
    let soon = |status: u16| {
        for _ in 0..8 {
            let answer = send();
            if answer.status == status {
                return answer;
            }
            std::thread::sleep(Duration::from_secs(1));
        }
        send()
    };
    let open: Vec<TcpStream> = (0..domain::limits::PUBLIC_UPLOADS_OF_ADDRESS_MAX).map(slow).collect();
    let refused = soon(503);
    assert_eq!((refused.status, refused.header("retry-after")), (503, Some("60")), "{}", refused.body);
    assert!(refused.body.contains("内容没有保存") && refused.body.contains("一分钟后重新提交"));
    drop(open);
    assert_eq!(soon(422).status, 422, "the form lacks an applicant");
}
