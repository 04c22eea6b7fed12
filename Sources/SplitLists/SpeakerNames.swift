/// Names of speakers that are roles: they tell two people of one conversation apart, and nobody in a corpus.
enum SpeakerNames {
  /// Whether all names are roles.
  static func areRoles(_ names: Set<String>) -> Bool {
    !names.isEmpty && names.allSatisfy { roles.contains($0.lowercased()) }
  }

  private static let roles: Set<String> = [
    "a", "b", "m", "f", "male", "female", "man", "woman", "agent", "user", "customer", "caller", "callee", "left",
    "right",
    "speaker a", "speaker b", "speaker_a", "speaker_b", "host", "guest", "interviewer", "participant",
  ]
}
