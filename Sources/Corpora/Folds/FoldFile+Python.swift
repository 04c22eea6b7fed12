import Storage

extension FoldFile {
  /// The lists of Python source, in the file's order.
  static func pythonLists(in bytes: [UInt8]) throws -> [NamedList] {
    do throws(PythonListError) {
      return try PythonLists.parse(bytes).map {
        NamedList(name: $0.name, place: "line \($0.line)", ids: $0.values)
      }
    } catch {
      throw message(for: error)
    }
  }

  private static func message(for error: PythonListError) -> DataError {
    let (line, problem) =
      switch error {
      case .unexpected(let text, let line): (line, text.isEmpty ? "the line ends too early" : "found `\(text)`")
      case .unterminatedString(let line): (line, "a string does not end on its line")
      case .unterminatedList(let line): (line, "the list that starts here does not end")
      case .badEscape(let line): (line, "an escape in a string stands for nothing")
      case .notUTF8(let line): (line, "a string is no UTF-8")
      }
    return DataError(
      .badData, place: "line \(line)", problem, expected: "only lists of ids such as standard_train_fold=['…', '…']",
      advice: "The file is read, never run: keep the three lists of the SDK's fold file, or write them as JSON.")
  }
}
