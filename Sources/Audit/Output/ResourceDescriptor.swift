import Digests
import Text

/// A file in a statement: in-toto's resource descriptor
/// (https://github.com/in-toto/attestation/blob/main/spec/v1/resource_descriptor.md).
struct ResourceDescriptor: Sendable {
  let name: String?
  let sha256: String?
  let mediaType: String?
  /// What else is known; any JSON.
  let annotations: [String: JSONValue]

  init(name: String, sha256: String, mediaType: String? = nil, annotations: [String: JSONValue] = [:]) {
    (self.name, self.sha256, self.mediaType, self.annotations) = (name, sha256, mediaType, annotations)
  }

  /// Reads a descriptor.
  ///
  /// - Throws: `DataError` 65 with the offending key.
  init(_ json: JSONValue, of path: String, at place: String) throws {
    let members = try StatementMembers(
      json, of: path, at: place,
      keys: ["name", "uri", "digest", "content", "downloadLocation", "mediaType", "annotations"])
    try members.requireKnownKeys()
    for key in ["uri", "content", "downloadLocation"] { _ = try members.text(key) }
    name = try members.text("name")
    mediaType = try members.text("mediaType")
    annotations = try members.object("annotations") ?? [:]
    let digests = try members.object("digest")
    if digests == nil, members["uri"] == nil, members["content"] == nil {
      throw members.wrong("digest", expected: "the digests of the file")
    }
    if let other = digests?.sorted(by: { $0.key < $1.key }).first(where: { $0.value.text == nil }) {
      throw members.wrong("digest.\(other.key)", found: Optional(other.value).finding, expected: "a string")
    }
    sha256 = digests?["sha256"]?.text
    if let sha256, !SHA256.isHexDigest(sha256) {
      throw members.wrong(
        "digest.sha256", found: Optional(JSONValue.string(sha256)).finding, expected: "64 lower-case hexadecimal digits"
      )
    }
  }

  /// The JSON document.
  var json: JSONValue {
    var members: [String: JSONValue] = [:]
    members["name"] = name.map { .string($0) }
    members["digest"] = sha256.map { ["sha256": .string($0)] }
    members["mediaType"] = mediaType.map { .string($0) }
    if !annotations.isEmpty { members["annotations"] = .object(annotations) }
    return .object(members)
  }
}
