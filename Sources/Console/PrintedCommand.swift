import Text

/// The text as one word of a shell command, quoted only where it has to be, so that a printed command works when pasted.
///
/// What would harm a terminal is written with the escapes of bash's and zsh's `$'…'`.
public func shellQuoted(_ text: String) -> String {
  let plain = /[A-Za-z0-9\/._,+=@%:-]+/
  if text.wholeMatch(of: plain) != nil { return text }
  guard text.unicodeScalars.contains(where: PrintableText.isHarmful) else {
    return "'" + text.replacing("'", with: "'\\''") + "'"
  }
  let quoted = text.unicodeScalars.map { scalar in
    if PrintableText.isHarmful(scalar) {
      return String(scalar).utf8.map { "\\x" + ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
    return scalar == "'" || scalar == "\\" ? "\\" + String(scalar) : String(scalar)
  }
  return "$'" + quoted.joined() + "'"
}

/// A path as one word of a shell command: one that begins with a dash would be taken for an option.
public func shellPath(_ path: String) -> String { shellQuoted(path.hasPrefix("-") ? "./" + path : path) }

extension DataError {
  /// The error with the command to continue with, if there is one, at the end of its advice.
  ///
  /// - Parameter arguments: the command line that ended, starting with the program.
  func naming(command arguments: [String]) -> DataError {
    guard let goingOn else { return self }
    var copy = self
    copy.advice = [advice, goingOn.sentence(after: arguments)].compactMap(\.self).joined(separator: " ")
    return copy
  }
}

extension DataError.GoingOn {
  /// The sentence that names the command line that goes on.
  func sentence(after arguments: [String]) -> String {
    "To continue, run: " + command(after: arguments).map(shellQuoted).joined(separator: " ")
  }

  /// The command line that goes on. Everything behind `--` is no flag, whatever it looks like.
  func command(after arguments: [String]) -> [String] {
    let end = arguments.firstIndex(of: "--") ?? arguments.endIndex
    var flags = arguments[..<end].filter { !dropped.contains($0) }
    for flag in added where !flags.contains(flag) { flags.append(flag) }
    return flags + arguments[end...]
  }
}
