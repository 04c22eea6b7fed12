import Archives
import Files
import SoundFiles
import Text

/// How the sound of a medium is found.
///
/// Sound files are read here; the sound of a video is decoded by the program ffmpeg, at the video's own rate and with all
/// its channels, so that what follows is the same for both.
struct MediumSound: Sendable {
  /// ffmpeg; nil where it is not installed.
  let decoder: ExternalProgram?
  /// Bytes of decoded sound that are accepted.
  let byteLimit: Int
  /// Seconds that decoding one medium may take.
  var seconds = Self.patience

  /// Decoding an hour of video takes seconds; a decoder that still runs after this time hangs.
  static let patience = 120.0

  /// The extensions of sound files, in the order in which one is preferred to another.
  static let sounds = ["wav", "flac", "mp3", "ogg"]
  /// The extensions of videos.
  static let videos = ["mp4", "mkv", "avi", "webm"]

  /// Whether a name is that of a video.
  static func isVideo(_ path: String) -> Bool { FileStem(path).map { videos.contains($0.kind) } ?? false }

  /// The most bytes of a sound file: an hour of two channels at 48 kHz in 24 bits has 1 GB.
  private static let fileLimit = 1 << 31

  /// Why a medium gives no sound.
  enum Failure: Error {
    /// It has none: a video without a sound track.
    case hasNone
    /// It cannot be read.
    case unreadable(String)
    /// Something else than the medium is to blame.
    case other(any Error)
  }

  /// The sound of the medium at a path.
  ///
  /// - Parameter name: what messages call it.
  /// - Throws: `Failure`; the other error is `DataError` 64 when there is no room for the sound, 71 when ffmpeg is not
  ///   there or cannot be run, 130 when the user interrupts.
  func read(_ path: String, name: String) throws(Failure) -> Sound {
    do {
      if Self.isVideo(path) { return try decoded(path, name) }
      return try SoundFile.readAny(InputFile.contents(of: path, limit: Self.fileLimit), path: name)
    } catch let failure as Failure {
      throw failure
    } catch let error as DataError where error.tellsOfInput {
      throw .unreadable(error.description)
    } catch {
      throw .other(error)
    }
  }

  private func decoded(_ path: String, _ name: String) throws -> Sound {
    guard let decoder else { throw Self.missing(for: name, count: 1) }
    // Only this file: a playlist in it may not lead elsewhere.
    let output = try decoder.run(
      [
        "-v", "error", "-nostdin", "-protocol_whitelist", "file,pipe", "-i", "file:" + path, "-map", "0:a:0", "-t",
        "\(SoundFile.secondsLimit + 1)", "-c:a", "pcm_f32le", "-f", "wav", "-bitexact", "pipe:1",
      ], seconds: seconds, byteLimit: byteLimit)
    switch output.ending {
    case .exited(0) where !output.bytes.isEmpty: return try SoundFile.read(output.bytes, path: name)
    case .exited(0): throw Failure.hasNone
    case .exited where output.message.contains("matches no streams"): throw Failure.hasNone
    case .exited(let status):
      let reason = output.message.split(separator: "\n").last.map { ": " + $0 } ?? ""
      throw Failure.unreadable(
        "\(name): ffmpeg ends with " + (status < 0 ? "signal \(-status)" : "status \(status)")
          + PrintableText.line(PrintableText.cut(reason)))
    case .outOfTime:
      throw Failure.unreadable("\(name): ffmpeg did not finish within \(Int(seconds)) s and was ended")
    case .tooMuch:
      throw DataError(
        .usage, file: name, "its sound has more than \(byteLimit.byteText), for which --memory has no room",
        expected: "a larger --memory", advice: "Give more, or cut the medium into shorter files.")
    }
  }

  /// The error for videos without a program that decodes them.
  static func missing(for name: String, count: Int) -> DataError {
    DataError(
      .systemRefused, file: name,
      "ffmpeg is not installed, which decodes the sound of \(count == 1 ? "it" : "this and \(count - 1) more videos")",
      expected: "the program ffmpeg in PATH",
      advice:
        "Install it (Debian: apt-get install ffmpeg), convert the sound to WAV, or leave audio out with --modalities.")
  }
}

/// A file's name without its extension, with the folders before it, and the extension in lower case.
struct FileStem: Hashable {
  /// `clips/a` for `clips/a.wav`.
  let stem: String
  /// `wav`
  let kind: String

  /// The extensions of the files that a clip can have.
  static let kinds = Set(
    MediumSound.sounds + MediumSound.videos + ["json", "textgrid", "ctm", "csv", "npy", "npz", "safetensors"])

  /// Splits a path; nil if its extension is none of a clip's files.
  init?(_ path: String) {
    guard let dot = path.lastIndex(of: "."), dot != path.startIndex, path[path.index(before: dot)] != "/" else {
      return nil
    }
    let kind = path[path.index(after: dot)...].lowercased()
    if !Self.kinds.contains(kind) { return nil }
    (stem, self.kind) = (String(path[..<dot]), kind)
  }

  /// The name without its folders.
  var name: String { Folder.name(of: stem) }

  /// Whether it is a sound or a video.
  var isMedium: Bool { MediumSound.sounds.contains(kind) || MediumSound.videos.contains(kind) }
}
