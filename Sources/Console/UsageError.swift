public import ArgumentParser
public import Text

/// ArgumentParser's complaints as one line each, with the nearest name where one was mistyped.
public enum UsageError {
  /// The error for a command line that `root` could not parse.
  public static func describe(_ error: any Error, root: any ParsableCommand.Type, arguments: [String]) -> DataError {
    if let known = error as? DataError { return known }
    var path = commandPath(root, arguments)
    if let unknown = unknownCommand(path, arguments) { return unknown }
    if let usual = path.last?.configuration.defaultSubcommand { path.append(usual) }
    let help = "See " + path.map { $0._commandName }.joined(separator: " ") + " --help."
    let message = root.message(for: error).split(separator: "\n").map { $0.trimmed }.joined(separator: " ")
    let quoted = quotedParts(of: message)
    switch (message.prefix { $0 != "'" }, quoted.first) {
    case ("Unknown option ", let option?):
      let suggestion = quoted.count > 1 ? "; did you mean \(quoted[1])?" : ""
      return DataError(.usage, "unknown option \(option)\(suggestion)", advice: suggestion.isEmpty ? help : nil)
    case ("Missing expected argument ", let argument?):
      if let mistyped = mistypedFlag(root, path, arguments) { return mistyped }
      return DataError(
        .usage, (argument.hasPrefix("<") ? "the argument " : "") + argument + " is missing", advice: help)
    default:
      let start = message.first.map { String($0).lowercased() } ?? ""
      // Long lists of values come one value per line.
      let text = (start + message.dropFirst()).replacing("one of the following: - ", with: "one of ")
        .replacing(" - ", with: ", ")
      return DataError(.usage, text.hasSuffix(".") ? String(text.dropLast()) : text, advice: help)
    }
  }

  /// A word in the place of a subcommand that is not a subcommand.
  private static func unknownCommand(_ path: [any ParsableCommand.Type], _ arguments: [String]) -> DataError? {
    let commands = path[path.count - 1].configuration.subcommands.map { $0._commandName }
    guard !commands.isEmpty, let word = arguments.dropFirst(path.count - 1).first, !word.hasPrefix("-"), word != "help"
    else { return nil }
    let suggestion = nearestName(to: word, among: commands).map { "; did you mean \($0)?" } ?? ""
    return DataError(
      .usage, "unknown command \(word)\(suggestion)",
      expected: suggestion.isEmpty ? "one of " + commands.joined(separator: ", ") : nil)
  }

  /// ArgumentParser looks for missing values first; a mistyped flag is the likelier reason that one is missing.
  private static func mistypedFlag(
    _ root: any ParsableCommand.Type, _ path: [any ParsableCommand.Type], _ arguments: [String]
  ) -> DataError? {
    guard let command = path.last else { return nil }
    let help = root.helpMessage(for: command, columns: .max).split(separator: "\n")
    let known = help.compactMap { $0.firstMatch(of: /^  (?:-\w, )?(--[a-z-]+)/).map { String($0.1) } }
    let given = arguments.prefix { $0 != "--" }.filter { $0.hasPrefix("--") }.map { String($0.prefix { $0 != "=" }) }
    guard let unknown = given.first(where: { !known.contains($0) }), let near = nearestName(to: unknown, among: known)
    else { return nil }
    return DataError(.usage, "unknown option \(unknown); did you mean \(near)?")
  }

  /// The commands that the arguments name, from the root down.
  private static func commandPath(
    _ root: any ParsableCommand.Type, _ arguments: [String]
  ) -> [any ParsableCommand.Type] {
    var path = [root]
    for argument in arguments {
      let subcommands = path[path.count - 1].configuration.subcommands
      guard let next = subcommands.first(where: { $0._commandName == argument }) else { break }
      path.append(next)
    }
    return path
  }

  private static func quotedParts(of message: String) -> [String] {
    message.split(separator: "'", omittingEmptySubsequences: false).enumerated()
      .compactMap { $0.offset % 2 == 1 ? String($0.element) : nil }
  }
}

extension Substring {
  fileprivate var trimmed: String {
    String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}

/// The candidate most like `name`, if one is close enough to be what was meant.
///
/// Closeness is the number of characters to insert, delete, replace or swap; a third of the name may differ.
public func nearestName(to name: String, among candidates: some Sequence<String>) -> String? {
  let allowed = max(1, (min(name.count, 12) + 1) / 3)
  return candidates.map { (distance: editDistance(name, $0), name: $0) }
    .filter { $0.distance <= allowed || $0.name.hasPrefix(name) && name.count >= 3 }
    .min { ($0.distance, $0.name) < ($1.distance, $1.name) }?.name
}

/// The Damerau-Levenshtein distance in its restricted form (swaps of neighbours count one).
private func editDistance(_ first: String, _ second: String) -> Int {
  let (rows, columns) = (Array(first), Array(second))
  var beforeLast: [Int] = []
  var last = Array(0...columns.count)
  for (i, a) in rows.enumerated() {
    var current = [i + 1]
    for (j, b) in columns.enumerated() {
      var best = min(last[j] + (a == b ? 0 : 1), last[j + 1] + 1, current[j] + 1)
      if i > 0, j > 0, a == columns[j - 1], rows[i - 1] == b { best = min(best, beforeLast[j - 1] + 1) }
      current.append(best)
    }
    (beforeLast, last) = (last, current)
  }
  return last[columns.count]
}
