/// Names of speakers that are roles: they tell two people of one conversation apart, and nobody in a corpus.
enum SpeakerNames {
  /// Whether all names are roles.
  static func areRoles(_ names: Set<String>) -> Bool {
    !names.isEmpty && names.allSatisfy { roles.contains($0.lowercased()) }
  }

  /// Whether a cell says that nobody knows who speaks.
  static func isUnknown(_ name: String) -> Bool { unknown.contains(name.lowercased()) }

  private static let unknown: Set<String> = ["unknown", "unk", "n/a", "na", "nan", "none", "null", "-", "?"]

  private static let roles: Set<String> = [
    "a", "b", "m", "f", "male", "female", "man", "woman", "agent", "user", "customer", "caller", "callee", "left",
    "right",
    "speaker a", "speaker b", "speaker_a", "speaker_b", "host", "guest", "interviewer", "participant",
  ]
}
