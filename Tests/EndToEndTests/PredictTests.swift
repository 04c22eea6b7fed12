import Files
import Foundation
import Samples
import Testing
import TestSupport
import Text

/// From recordings of one's own to a model, and from one more recording to its answer.
@Suite("Data for a trained model")
struct PredictTests {
  private static let pipeline =
    Folder.parent(of: Folder.parent(of: Folder.parent(of: #filePath))) + "/pipelines/predict.yaml"

  /// The sample recordings, prepared, and a model of them.
  private func train(in folder: borrowing TemporaryFolder) throws {
    let steps: [(Program, [String])] = [
      (
        .prep,
        [
          "sample", "recordings", "--out", folder.file("clips"), "--recordings", "6", "--clips", "2", "--seconds", "1",
          "--no-trouble",
        ]
      ),
      (.prep, ["recordings", "--root", folder.file("clips"), "--out", folder.file("trained")]),
      (.train, ["--shards", folder.file("trained"), "--out", folder.file("run"), "--epochs", "1"]),
    ]
    for (program, arguments) in steps {
      let outcome = try program.run(arguments + ["-q"])
      try #require(outcome.status == 0, "\(outcome.errors)")
    }
  }

  /// A folder with one clip of the sample, named `talk`, its words, and a table that says only that.
  private func ask(in folder: borrowing TemporaryFolder, _ medium: String, isEncoded: Bool = true) throws {
    try Folder.make(folder.file("new"))
    let files = FileManager.default
    let sound = folder.file("clips/clips/talk01_02.wav")
    if medium.hasSuffix(".wav") || !isEncoded {
      try files.copyItem(atPath: sound, toPath: folder.file("new/" + medium))
    } else {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      process.arguments = [
        "ffmpeg", "-v", "error", "-f", "lavfi", "-i", "color=c=gray:s=64x64:r=10", "-i", sound, "-shortest", "-c:a",
        "aac",
        folder.file("new/" + medium),
      ]
      try process.run()
      process.waitUntilExit()
      try #require(process.terminationStatus == 0)
    }
    let words =
      #"{"segments": [{"words": [{"word": "sila", "start": 0.1, "end": 0.3}, {"word": "nema", "start": 0.3, "end": 0.5}]}]}"#
    _ = try folder.write("new/talk.json", words)
    _ = try folder.write("new/metadata.csv", "file_name\n\(medium)\n")
  }

  private func answer(
    in folder: borrowing TemporaryFolder, environment: [String: String] = [:]
  ) throws -> Program.Outcome {
    let prepared = try Program.prep.run(
      "run", Self.pipeline, "--set", "root=" + folder.file("new"), "--set", "like=" + folder.file("trained"), "--set",
      "out=" + folder.file("asked"), environment: environment)
    #expect(prepared.status == 0, "\(prepared.errors)")
    #expect(prepared.output.contains("nothing was fitted"), "\(prepared.output)")
    #expect((prepared.output + prepared.errors).contains("msa-train predict --model RUN --shards"))
    return try Program.train.run("predict", "--model", folder.file("run"), "--shards", folder.file("asked"), "-q")
  }

  static let hasFFmpeg = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").contains {
    FileManager.default.isExecutableFile(atPath: $0 + "/ffmpeg")
  }

  @Test("a sound and its words, without a face and without a label, get an answer; the audit knows such a folder")
  func sound() throws {
    let folder = try TemporaryFolder()
    try train(in: folder)
    try ask(in: folder, "talk.wav")
    let outcome = try answer(in: folder)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let lines = outcome.output.split(separator: "\n")
    #expect(lines.count == 2 && lines.first == "id,split,label,prediction")
    #expect(lines.last?.hasPrefix("talk,predict,,") == true, "\(outcome.output)")
    let written = try Program.train.run(
      "predict", "--model", folder.file("run"), "--shards", folder.file("asked"), "--out", folder.file("answers.csv"),
      "-q")
    #expect(written.status == 0 && written.output.contains("no labels to score"), "\(written.output)\(written.errors)")

    let audit = try Program.audit.run(
      "--shards", folder.file("asked"), "--sources", folder.path, "--out", folder.file("audit"), "-q")
    #expect(audit.status == 0, "\(audit.output)\(audit.errors)")
    #expect(audit.output.contains("1 sample (predict 1)") && !audit.output.contains("split is empty"))
    #expect(audit.output.contains("The scalers are those of the folder that it was prepared like"), "\(audit.output)")
    #expect(audit.output.contains("identical, bit for bit"), "\(audit.output)")

    // Where that folder is not to be found, nobody can tell whose scalers these are.
    try FileManager.default.moveItem(atPath: folder.file("trained"), toPath: folder.file("clips/trained"))
    let alone = try Program.audit.run("--shards", folder.file("asked"), "--out", folder.file("alone"), "-q")
    #expect(alone.output.contains("neither given nor beside it"), "\(alone.output)")
  }

  @Test("an mp4 gets an answer, where there is ffmpeg", .enabled(if: hasFFmpeg, "there is no ffmpeg"))
  func video() throws {
    let folder = try TemporaryFolder()
    try train(in: folder)
    try ask(in: folder, "talk.mp4")
    let outcome = try answer(in: folder)
    #expect(outcome.status == 0 && outcome.output.contains("\ntalk,predict,,"), "\(outcome.errors)")
  }

  @Test("dialogs and arrays are prepared like others of their kind, and each keeps its samples")
  func otherCorpora() throws {
    let folder = try TemporaryFolder()
    func run(_ arguments: String...) throws {
      let outcome = try Program.prep.run(arguments + ["-q"])
      #expect(outcome.status == 0, "\(outcome.errors)")
    }
    func samples(_ name: String) throws -> [String: PreparedSamples.Sample] {
      try PreparedSamples(folder.file(name)).samples
    }
    let release = folder.file("release")
    try run("sample", "iemocap", "--out", release, "--dialogs", "2", "--turns", "8", "--seconds", "1")
    try run("iemocap", "--root", release, "--out", folder.file("dialogs"), "--labels", "emotion4")
    try run("iemocap", "--root", release, "--out", folder.file("dialogs-like"), "--like", folder.file("dialogs"))
    let (turns, asked) = (try samples("dialogs"), try samples("dialogs-like"))
    // Turns of other emotions have no label, and can be asked about.
    #expect(asked.count > turns.count && asked.values.contains { $0.labels.allSatisfy(\.isNaN) })
    #expect(turns.allSatisfy { asked[$0]?.stored == $1.stored && asked[$0]?.labels == $1.labels })

    try run("export", folder.file("dialogs"), "--to", "mult", "--name", "iemocap", "--out", folder.file("pickled"))
    let file = folder.file("pickled/iemocap_data.pkl")
    try run("arrays", file, "--out", folder.file("arrays"), "--allow-leaks", "id-overlap")
    try run("arrays", file, "--out", folder.file("arrays-like"), "--like", folder.file("arrays"))
    let (rows, again) = (try samples("arrays"), try samples("arrays-like"))
    #expect(rows.count == turns.count && rows.mapValues(\.stored) == again.mapValues(\.stored))
    #expect(again.values.allSatisfy { $0.split == .predict })

    let mixed = try Program.prep.run(
      "arrays", file, "--out", folder.file("mixed"), "--like", folder.file("dialogs"), "-q")
    #expect(mixed.status == 64 || mixed.status == 65, "\(mixed.errors)")
    #expect(mixed.errors.split(separator: "\n").count == 1 && mixed.errors.contains("dialogs"), "\(mixed.errors)")
  }

  @Test("classes keep the numbers that the folder gave them, and an unknown one is refused")
  func classes() throws {
    let folder = try TemporaryFolder()
    try Folder.make(folder.file("new"))
    try Folder.make(folder.file("all"))
    let steps = ["sample", "recordings", "--out", folder.file("clips"), "--recordings", "6", "--clips", "2"]
    #expect(try Program.prep.run(steps + ["--seconds", "1", "--no-trouble", "-q"]).status == 0)
    let sounds = try Folder.names(in: folder.file("clips/clips")).filter { $0.hasSuffix(".wav") }.sorted()
    let (moods, splits) = (["angry", "happy", "sad"], ["train", "train", "train", "train", "valid", "test"])
    var table = "file_name,group,split,emotion\n"
    for (number, name) in sounds.enumerated() {
      let group = number / 2
      table += "\(name),g\(group),\(splits[group % 6]),\(moods[number % 3])\n"
      for place in ["all/", "new/"] {
        try FileManager.default.copyItem(
          atPath: folder.file("clips/clips/" + name), toPath: folder.file(place + name))
      }
    }
    _ = try folder.write("all/metadata.csv", table)
    let flags = ["--label-columns", "emotion", "--modalities", "audio", "--granularity", "frame", "-q"]
    let trained = try Program.prep.run(
      ["recordings", "--root", folder.file("all"), "--out", folder.file("trained")] + flags)
    #expect(trained.status == 0, "\(trained.errors)")
    func ask(_ mood: String) throws -> Program.Outcome {
      _ = try folder.write("new/metadata.csv", "file_name,emotion\n\(sounds[0]),\(mood)\n")
      return try Program.prep.run(
        "recordings", "--root", folder.file("new"), "--like", folder.file("trained"), "--out", folder.file(mood), "-q")
    }
    let sad = try ask("sad")
    #expect(sad.status == 0, "\(sad.errors)")
    #expect(try PreparedSamples(folder.file("sad")).samples.values.map(\.labels) == [[2]])
    let unknown = try ask("proud")
    #expect(unknown.status == 65, "\(unknown.errors)")
    #expect(unknown.message.contains("has the class proud, expected one of angry, happy, sad"), "\(unknown.errors)")
  }

  @Test("an mp4 gets the answer of its sound, by whatever program decodes it")
  func decoded() throws {
    let folder = try TemporaryFolder()
    try train(in: folder)
    try ask(in: folder, "talk.mp4", isEncoded: false)
    // It gives what stands in the video, as ffmpeg writes to a pipe.
    try Folder.make(folder.file("bin"))
    let program = try folder.write(
      "bin/ffmpeg",
      "#!/bin/sh\nwhile [ \"$#\" -gt 0 ]; do case $1 in file:*) video=${1#file:} ;; esac; shift; done\nexec cat \"$video\"\n"
    )
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
    let outcome = try answer(in: folder, environment: ["PATH": folder.file("bin") + ":/usr/bin:/bin"])
    #expect(outcome.status == 0 && outcome.output.contains("\ntalk,predict,,"), "\(outcome.errors)")
    for name in ["new", "asked"] { try Folder.remove(folder.file(name)) }
    try ask(in: folder, "talk.wav")
    #expect(try answer(in: folder).output == outcome.output)
  }

  @Test("labels that are there are kept and scored; other labels, other scalers and training on it are refused")
  func refusals() throws {
    let folder = try TemporaryFolder()
    try train(in: folder)
    func prepare(_ root: String, _ like: String, to out: String, _ more: String...) throws -> Program.Outcome {
      try Program.prep.run(
        ["recordings", "--root", folder.file(root), "--like", folder.file(like), "--out", folder.file(out), "-q"] + more
      )
    }
    #expect(try prepare("clips", "trained", to: "again").status == 0)
    let scored = try Program.train.run(
      "predict", "--model", folder.file("run"), "--shards", folder.file("again"), "--out", folder.file("p.csv"), "-q")
    #expect(scored.status == 0 && scored.output.contains("predict "), "\(scored.output)\(scored.errors)")

    let trained = try Program.train.run("--shards", folder.file("again"), "--out", folder.file("no"), "-q")
    #expect(trained.status == 65)
    #expect(trained.message.contains("has the one split predict, on which nothing is trained"), "\(trained.errors)")
    let pickled = try Program.prep.run(
      "export", folder.file("again"), "--to", "mmsa", "--out", folder.file("pickle"), "-q")
    #expect(pickled.status == 65 && pickled.message.contains("has the one split predict"), "\(pickled.errors)")
    let arrays = try Program.prep.run("export", folder.file("again"), "--to", "npz", "--out", folder.file("npz"), "-q")
    #expect(arrays.status == 0 && Folder.exists(folder.file("npz/predict.npz")), "\(arrays.errors)")

    for (out, flags) in [("aroused", ["--label-columns", "arousal"]), ("fewer", ["--modalities", "audio,text"])] {
      let made = try Program.prep.run(
        ["recordings", "--root", folder.file("clips"), "--out", folder.file(out), "-q"] + flags)
      #expect(made.status == 0, "\(made.errors)")
    }
    try Folder.make(folder.file("bare"))
    _ = try folder.write("bare/metadata.csv", "file_name\ntalk.wav\n")
    try FileManager.default.copyItem(
      atPath: folder.file("clips/clips/talk01_02.wav"), toPath: folder.file("bare/talk.wav"))
    for (like, message) in [
      ("aroused", "has the labels arousal, expected sentiment, which the model was trained on"),
      ("fewer", "these are not the scalers that the model was trained with"),
    ] {
      let made = try prepare("bare", like, to: like + "-new")
      #expect(made.status == 0, "\(made.errors)")
      let refused = try Program.train.run(
        "predict", "--model", folder.file("run"), "--shards", folder.file(like + "-new"), "-q")
      #expect(refused.status == 65 && refused.errors.split(separator: "\n").count == 1)
      #expect(refused.message.contains(message), "\(refused.errors)")
    }
    let other = try prepare("clips", "aroused", to: "other")
    #expect(other.status == 0, "the configuration names the label: \(other.errors)")
    let table = try folder.write("bare/metadata.csv", "file_name,valence\ntalk.wav,0.5\n")
    let mislabelled = try prepare("bare", "trained", to: "mislabelled")
    #expect(
      mislabelled.status == 65 && mislabelled.message.contains("has the labels valence"),
      "\(mislabelled.errors) \(table)")
  }
}
