import Storage

extension DataError {
  /// The error with the very command in its advice that goes on, where there is one: the last words of its line.
  ///
  /// - Parameter arguments: the command line that ended, the program first.
  func naming(command arguments: [String]) -> DataError {
    guard let goingOn else { return self }
    var copy = self
    let command = goingOn.command(after: arguments).map(shellQuoted).joined(separator: " ")
    copy.advice = [advice, "To go on, run: \(command)"].compactMap(\.self).joined(separator: " ")
    return copy
  }
}

extension DataError.GoingOn {
  /// The command line that goes on. Everything behind `--` is no flag, whatever it looks like.
  func command(after arguments: [String]) -> [String] {
    let end = arguments.firstIndex(of: "--") ?? arguments.endIndex
    var flags = arguments[..<end].filter { !dropped.contains($0) }
    for flag in added where !flags.contains(flag) { flags.append(flag) }
    return flags + arguments[end...]
  }
}
