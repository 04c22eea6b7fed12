extension String {
  /// Whether this string comes before another in the order of their UTF-8 bytes.
  ///
  /// The same on every machine and in every version of Unicode, and the order of names in HDF5 files, canonical JSON and
  /// samples.jsonl; `<` compares what the strings mean, which costs more and changes with Unicode.
  @inlinable
  public func precedesInBytes(_ other: String) -> Bool { utf8.lexicographicallyPrecedes(other.utf8) }
}

extension Sequence<String> {
  /// The strings in the order of their UTF-8 bytes.
  @inlinable
  public func sortedByBytes() -> [String] { sorted { $0.precedesInBytes($1) } }
}

extension Sequence {
  /// The elements in the order of the UTF-8 bytes of a text that each of them has.
  @inlinable
  public func sortedByBytes(_ text: (Element) -> String) -> [Element] {
    sorted { text($0).precedesInBytes(text($1)) }
  }
}

extension Array {
  /// Sorts the elements by the UTF-8 bytes of a text that each of them has.
  @inlinable
  public mutating func sortByBytes(_ text: (Element) -> String) { sort { text($0).precedesInBytes(text($1)) } }
}
