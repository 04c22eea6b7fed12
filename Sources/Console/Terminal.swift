import Files
import Foundation
import Text
public import Workers

/// How a program talks: results on standard output, everything for people on standard error.
public struct Terminal: Sendable {
  /// What `--json`, `-q`, `-v` and `--progress` ask for.
  let options: GlobalOptionList.Choices
  /// Where long work reports its progress.
  public let progress: any ProgressSink

  /// - Parameter name: the program's name, in front of each message.
  init(options: GlobalOptionList.Choices, name: String) {
    let environment = ProcessInfo.processInfo.environment
    let isDumb = environment["TERM"] == "dumb"
    let onTerminal = StandardStream.error.isTerminal
    self.options = options
    let styled = onTerminal && !isDumb && (environment["NO_COLOR"] ?? "").isEmpty
    let style = TerminalProgress.Style(
      options.progress, quiet: options.quiet, verbose: options.verbose, isTerminal: onTerminal, canRedraw: !isDumb)
    progress = TerminalProgress(
      style: style, columns: { StandardStream.error.columns ?? 80 }, isUnicode: Self.isUnicode(environment),
      warningLabel: Self.label("warning", name: name, colour: "33", styled: styled)
    ) { text in
      // There is no way to report that standard error is gone.
      do { try StandardStream.error.write(text) } catch {}
    }
  }

  /// The width of the terminal that results are shown on; nil where they go to a file or a pipe.
  public var columns: Int? { StandardStream.output.isTerminal ? StandardStream.output.columns : nil }

  /// Prints what a command found; nothing harmful reaches the terminal (`PrintableText`).
  func show(_ result: CommandResult) throws {
    if options.json {
      try StandardStream.output.write(PrintableText.json(result.json.prettyText))
      return
    }
    var text = result.text.isEmpty || result.text.hasSuffix("\n") ? result.text : result.text + "\n"
    if let next = result.next, !options.quiet { text += "\nNext: \(next)\n" }
    try StandardStream.output.write(PrintableText.lines(text))
  }

  /// Prints an error: one line for people, and with `--json` a document too.
  static func show(_ error: DataError, name: String, json: Bool) {
    let environment = ProcessInfo.processInfo.environment
    let styled =
      StandardStream.error.isTerminal && environment["TERM"] != "dumb" && (environment["NO_COLOR"] ?? "").isEmpty
    let line = label("error", name: name, colour: "1;31", styled: styled) + error.description + "\n"
    // There is nowhere left to report that reporting failed.
    do {
      try StandardStream.error.write(line)
      if json { try StandardStream.output.write(PrintableText.json(error.json.prettyText)) }
    } catch {}
  }

  /// Prints a warning that belongs to no stage of the work.
  static func warn(_ message: String, name: String) {
    // There is no way to report that standard error is gone.
    let line = label("warning", name: name, colour: "33", styled: false) + message + "\n"
    do { try StandardStream.error.write(line) } catch {}
  }

  private static func label(_ word: String, name: String, colour: String, styled: Bool) -> String {
    styled ? "\(name): \u{1b}[\(colour)m\(word):\u{1b}[0m " : "\(name): \(word): "
  }

  private static func isUnicode(_ environment: [String: String]) -> Bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
    return locale.uppercased().contains("UTF-8") || locale.uppercased().contains("UTF8")
  }
}

extension DataError {
  /// `{"error": {…}}`: what `--json` prints when a command fails.
  var json: JSONValue {
    let error = bounded
    var members: [String: JSONValue] = [
      "status": .integer(Int(code.rawValue)), "message": .string(description), "problem": .string(error.problem),
    ]
    for (key, value) in [
      ("file", error.file), ("place", error.place), ("expected", error.expected), ("advice", error.advice),
    ] {
      if let value { members[key] = .string(value) }
    }
    return ["error": .object(members)]
  }
}

/// Standard output or standard error, written without buffering.
struct StandardStream: Sendable {
  let descriptor: Int32

  static let output = StandardStream(descriptor: STDOUT_FILENO)
  static let error = StandardStream(descriptor: STDERR_FILENO)

  var isTerminal: Bool { isatty(descriptor) == 1 }

  /// The number of columns of the terminal; nil if it is not one.
  var columns: Int? {
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }

  /// Writes all of `text`; a reader that has gone away (`| head`) is not an error.
  ///
  /// - Throws: `DataError` 74 for anything else, e.g. a full disk behind a redirection.
  func write(_ text: String) throws {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let written = bytes.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      if written <= 0 {
        // One that takes nothing would be asked for ever.
        let code = written == 0 ? EIO : errno
        if code == EINTR { continue }
        if code == EPIPE { return }
        throw DataError(
          DataError.isLack(code) ? .systemRefused : .ioFailed, file: "standard output",
          "\(systemMessage(code)) while writing it", advice: DataError.advice(for: code))
      }
      bytes = bytes.dropFirst(written)
    }
  }
}
