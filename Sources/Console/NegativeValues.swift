/// Numbers below zero as values of options.
///
/// ArgumentParser takes every word that begins with a dash for an option, so `--frame-offset -2` would lack its value. No
/// option of ours begins with a dash and a digit, so such a word belongs to the option before it.
enum NegativeValues {
  /// The arguments with each `--option -2` as `--option=-2`.
  static func attached(_ arguments: [String]) -> [String] {
    var result: [String] = []
    for (index, argument) in arguments.enumerated() {
      if argument == "--" { return result + arguments[index...] }
      if isNegativeNumber(argument), let option = result.last, isLongOption(option) {
        result[result.count - 1] = option + "=" + argument
      } else {
        result.append(argument)
      }
    }
    return result
  }

  /// `-2`, `-.5`, `-1e3`; also the start of a list, `-1,2`.
  private static func isNegativeNumber(_ word: String) -> Bool {
    let rest = word.utf8.dropFirst()
    func isDigit(_ byte: UInt8?) -> Bool { byte.map { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 } ?? false }
    guard word.utf8.first == UInt8(ascii: "-") else { return false }
    return isDigit(rest.first) || (rest.first == UInt8(ascii: ".") && isDigit(rest.dropFirst().first))
  }

  private static func isLongOption(_ word: String) -> Bool {
    word.hasPrefix("--") && word.utf8.count > 2 && !word.utf8.contains(UInt8(ascii: "="))
  }
}
