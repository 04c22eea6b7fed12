import Text

/// The text of a progress line, in tqdm's form: `Align  43%|████▎     | 43/100 [00:02<00:03, 19.2 videos/s]`.
struct ProgressLine: Hashable, Sendable {
  var stage: String
  var done: Int
  /// 0 if the total is unknown.
  var total: Int
  /// What is counted, in the singular.
  var unit: String

  /// How much there is.
  var count: String { total.counted(unit) }

  private static let widestBar = 30
  private static let eighths = [" ", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]

  /// The line, at most `columns` characters wide.
  func text(elapsed: Duration, columns: Int, isUnicode: Bool) -> String {
    let rate = rate(elapsed)
    guard total > 0 else {
      return String("\(stage) \(done.grouped) [\(Self.clock(elapsed)), \(rateText(rate))]".prefix(max(0, columns)))
    }
    let share = min(1, Double(done) / Double(total))
    let percent = Self.padded(String(Int(share * 100)), to: 3)
    let remaining = rate > 0 ? Self.clock(.seconds(Double(max(0, total - done)) / rate)) : "?"
    let head = "\(stage) \(percent)%|"
    let tail = "| \(done.grouped)/\(total.grouped) [\(Self.clock(elapsed))<\(remaining), \(rateText(rate))]"
    let room = min(Self.widestBar, columns - head.count - tail.count)
    let bar = room > 0 ? Self.bar(share, width: room, isUnicode: isUnicode) : ""
    return String((head + bar + tail).prefix(max(0, columns)))
  }

  /// The line that a stage leaves in a log when it is over, or when an error ends it.
  func summary(elapsed: Duration) -> String {
    let state = done < total ? "stopped after \(done.grouped) of \(count)" : "done, \(done.counted(unit))"
    return "\(stage): \(state) in \(Self.clock(elapsed)) (\(rateText(rate(elapsed))))"
  }

  private func rate(_ elapsed: Duration) -> Double {
    let seconds = elapsed / .seconds(1)
    return seconds > 0 ? Double(done) / seconds : 0
  }

  /// Slow work reads better as seconds per step.
  private func rateText(_ rate: Double) -> String {
    let units = 2.noun(unit)
    if rate <= 0 { return "? \(units)/s" }
    if rate >= 1 || rate.isInfinite { return "\(Self.short(rate)) \(units)/s" }
    return "\(Self.short(1 / rate)) s each"
  }

  /// One decimal up to 100, then whole numbers.
  private static func short(_ value: Double) -> String {
    value < 99.95 ? value.fixed(1) : Int(min(value, 1e15).rounded()).grouped
  }

  /// `mm:ss`, or `h:mm:ss` from one hour up.
  static func clock(_ duration: Duration) -> String {
    let seconds = Int(max(0, min(duration / .seconds(1), 1e9)))
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60)
    let tail = twoDigits(minutes) + ":" + twoDigits(seconds % 60)
    return hours > 0 ? "\(hours):\(tail)" : tail
  }

  private static func bar(_ share: Double, width: Int, isUnicode: Bool) -> String {
    guard isUnicode else {
      let full = Int(share * Double(width))
      return String(repeating: "#", count: full) + String(repeating: " ", count: width - full)
    }
    let steps = Int(share * Double(width * 8))
    let full = String(repeating: "█", count: steps / 8)
    if steps / 8 == width { return full }
    return full + eighths[steps % 8] + String(repeating: " ", count: width - steps / 8 - 1)
  }

  private static func twoDigits(_ value: Int) -> String { value < 10 ? "0\(value)" : String(value) }

  private static func padded(_ text: String, to width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }
}
