import Foundation
import Synchronization
import Testing

@testable import Console

@Suite("Progress")
struct ProgressTests {
  @Test(
    "the line reads like tqdm's",
    arguments: [
      (43, 100, 2.24, 58, "Align  43%|████▎     | 43/100 [00:02<00:02, 19.2 videos/s]"),
      (0, 100, 0.0, 58, "Align   0%|                  | 0/100 [00:00<?, ? videos/s]"),
      (100, 100, 5.0, 58, "Align 100%|█████████| 100/100 [00:05<00:00, 20.0 videos/s]"),
      (3, 40, 3900, 70, "Align   7%|█▌                  | 3/40 [1:05:00<13:21:40, 1,300 s each]"),
      (1500, 0, 10, 58, "Align 1,500 [00:10, 150 videos/s]"),
      (43, 100, 2.24, 20, "Align  43%|| 43/100 "),
    ])
  func line(done: Int, total: Int, seconds: Double, columns: Int, expected: String) {
    let line = ProgressLine(stage: "Align", done: done, total: total, unit: "video")
    #expect(line.text(elapsed: .seconds(seconds), columns: columns, isUnicode: true) == expected)
  }

  @Test("without Unicode the bar is drawn with #")
  func ascii() {
    let line = ProgressLine(stage: "Write", done: 5, total: 10, unit: "shard")
    #expect(
      line.text(elapsed: .seconds(5), columns: 56, isUnicode: false)
        == "Write  50%|#####      | 5/10 [00:05<00:05, 1.0 shards/s]")
  }

  /// Collects the output, under a clock that the test moves.
  private final class Screen: Sendable {
    private let state = Mutex((text: "", time: ContinuousClock.now))
    var text: String { state.withLock { $0.text } }
    func wait(_ duration: Duration) { state.withLock { $0.time = $0.time + duration } }

    func progress(_ style: TerminalProgress.Style) -> TerminalProgress {
      TerminalProgress(
        style: style, columns: { 60 }, isUnicode: false, warningLabel: "warning: ",
        now: { self.state.withLock { $0.time } }, write: { text in self.state.withLock { $0.text += text } })
    }
  }

  @Test("control characters in a folder name or a warning are shown, not obeyed", arguments: [true, false])
  func harmless(asBar: Bool) {
    let screen = Screen()
    let progress = screen.progress(asBar ? .bar : .lines)
    progress.begin("check a\u{1b}[2J\n", total: 2, unit: "shard")
    progress.warn("b\u{9b}31m\r\nc")
    progress.advance(by: 1)
    progress.end()
    #expect(screen.text.contains("check a\\u{1B}[2J\\u{A}"))
    #expect(screen.text.contains("warning: b\\u{9B}31m\\u{D}\\u{A}c\n"))
    #expect(!screen.text.unicodeScalars.contains { $0 == "\u{1b}" || $0 == "\u{9b}" })
  }

  @Test("the line is drawn at most ten times a second, and once more at the end")
  func redraws() {
    let screen = Screen()
    let progress = screen.progress(.bar)
    progress.begin("Align", total: 1000, unit: "video")
    for _ in 0..<1000 {
      screen.wait(.milliseconds(1))
      progress.advance(by: 1)
    }
    progress.end()
    let draws = screen.text.split(separator: "\r")
    #expect(draws.count == 12)
    #expect(draws.last == "Align 100%|#####| 1,000/1,000 [00:01<00:00, 1,000 videos/s]\n")
  }

  @Test("a warning is printed above the line")
  func warning() {
    let screen = Screen()
    let progress = screen.progress(.bar)
    progress.begin("Align", total: 10, unit: "video")
    progress.warn("one file lacks 3 ids")
    progress.end()
    let lines = screen.text.split(separator: "\n")
    #expect(lines.count == 2)
    #expect(lines[0].hasSuffix("\rwarning: one file lacks 3 ids"))
    #expect(lines[1].hasPrefix("\rAlign   0%|"))
  }

  @Test("a stage that fails before its first step leaves no line in a log")
  func nothingDone() {
    let screen = Screen()
    let progress = screen.progress(.lines)
    progress.begin("Read", total: 0, unit: "file")
    progress.end()
    progress.begin("Align", total: 10, unit: "video")
    progress.advance(by: 0)
    progress.end()
    #expect(screen.text.isEmpty)
    progress.begin("Write", total: 1, unit: "shard")
    screen.wait(.seconds(1))
    progress.advance(by: 1)
    progress.end()
    #expect(screen.text == "Write: 1 shard\nWrite: done, 1 shard in 00:01 (1.0 shards/s)\n")
  }

  @Test("a log gets a line at the start and at the end of a stage")
  func lines() {
    let screen = Screen()
    let progress = screen.progress(.lines)
    progress.begin("Align", total: 3293, unit: "video")
    screen.wait(.seconds(60))
    progress.advance(by: 3293)
    progress.end()
    progress.end()
    #expect(screen.text == "Align: 3,293 videos\nAlign: done, 3,293 videos in 01:00 (54.9 videos/s)\n")
  }

  @Test("a stage that fails is not reported as done")
  func stopped() {
    let screen = Screen()
    let progress = screen.progress(.lines)
    progress.begin("Align", total: 10, unit: "video")
    screen.wait(.seconds(2))
    progress.advance(by: 3)
    progress.end()
    #expect(screen.text.hasSuffix("Align: stopped after 3 of 10 videos in 00:02 (1.5 videos/s)\n"))
  }

  @Test("warnings are still shown in quiet mode")
  func silent() {
    let screen = Screen()
    let progress = screen.progress(.silent)
    progress.begin("Align", total: 3, unit: "video")
    progress.advance(by: 3)
    progress.warn("read me")
    progress.end()
    #expect(screen.text == "warning: read me\n")
  }

  @Test("many threads can advance at once")
  func threads() {
    let screen = Screen()
    let progress = screen.progress(.lines)
    progress.begin("Align", total: 4000, unit: "video")
    DispatchQueue.concurrentPerform(iterations: 4000) { _ in progress.advance(by: 1) }
    screen.wait(.seconds(1))
    progress.end()
    #expect(screen.text.hasSuffix("Align: done, 4,000 videos in 00:01 (4,000 videos/s)\n"))
  }

  @Test(
    "the requested mode decides how progress is shown",
    arguments: [
      (ProgressMode.auto, "", true, true, TerminalProgress.Style.bar), (.auto, "", true, false, .lines),
      (.auto, "", false, true, .silent), (.auto, "-q", true, true, .silent), (.auto, "-v", true, true, .lines),
      (.auto, "-v", false, true, .lines), (.always, "", false, true, .bar), (.never, "-v", true, true, .silent),
    ])
  func style(mode: ProgressMode, flag: String, isTerminal: Bool, canRedraw: Bool, expected: TerminalProgress.Style) {
    #expect(
      TerminalProgress.Style(
        mode, quiet: flag == "-q", verbose: flag == "-v", isTerminal: isTerminal, canRedraw: canRedraw) == expected)
  }
}
