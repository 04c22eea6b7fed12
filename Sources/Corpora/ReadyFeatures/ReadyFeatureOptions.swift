import Options
import Text

extension OptionRecord {
  /// The rate of ready-made features. Their path is not part of a record; reading it back gives an empty one if there were
  /// some.
  ///
  /// - Parameter isAlwaysThere: records `null` if there are none.
  static func rate(
    _ name: String, of features: OptionPath<Target, String?>, _ rate: OptionPath<Target, Double>, isAlwaysThere: Bool
  ) -> Self {
    .members(
      write: { options, members in
        if options[keyPath: features] != nil {
          members[name] = options[keyPath: rate].optionRecord
        } else if isAlwaysThere {
          members[name] = .null
        }
      },
      read: { options, config in
        let recorded = try config.recorded(name) { record -> Double? in
          guard let hertz = Double(optionRecord: record), FeatureFile.rates.contains(hertz) else { return nil }
          return hertz
        }
        guard let recorded else { return }
        options[keyPath: features] = ""
        options[keyPath: rate] = recorded
      })
  }
}

extension FeatureFile {
  /// Faces that `--face` may choose.
  static let faceLimits = OptionLimits<Int>("0 or more, a face_id") { $0 >= 0 }

  /// The error for a choice among faces when no table has any.
  static func uselessFace(_ face: Int) -> DataError {
    DataError(
      .usage, "--face \(face) is given without --visual-features",
      advice: "Leave it out, or give tables with several faces.")
  }
}
