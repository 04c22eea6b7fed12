import Storage

extension PlantedSignal {
  /// Writes a vector for each word in GloVe's text format. Words are sorted by what they mean, so the sentiment shows in
  /// the vectors.
  func writeWordVectors(to path: String) throws {
    var file = try AtomicFile(path: path)
    for (number, word) in words.enumerated() {
      let meaning = Float(number) / Float(words.count) * 8 - 4
      let numbers = vocabulary[number].enumerated().map { column, value in
        let number = (value + meaning * text.shift[column]) * text.scale[column]
        return String(((number * 100_000).rounded() / 100_000))
      }
      try file.write(word + " " + numbers.joined(separator: " ") + "\n")
    }
    try file.commit()
  }
}
