import Drawing
import Foundation
import Metrics
import Pictures
import Reports
import Samples
import Text

/// The report of a run as a single self-contained page: report.html.
struct RunReport {

  let results: RunResults
  /// The command line of the run, ready to paste.
  let command: String

  private var outcome: TrainingOutcome { results.outcome }
  private var configuration: TrainingConfiguration { outcome.configuration }
  private var testPredictions: [Prediction] { outcome.predictions.filter { $0.split == .test } }

  /// Returns the page.
  ///
  /// - Throws: `DataError` 70 if a picture cannot be drawn.
  func html() throws -> String {
    let datasets = outcome.corpora.map(\.dataset)
    let corpora = datasets.indices.filter { datasets.firstIndex(of: datasets[$0]) == $0 }.map { datasets[$0] }
      .joined(separator: " + ")
    var page = HTMLPage(title: "\(configuration.model.rawValue) on \(corpora)", header: header)
    page.add(.init(id: "result", title: "Result", body: resultSection))
    page.add(.init(id: "training", title: "Training", body: trainingSection))
    page.add(.init(id: "predictions", title: "Predictions", body: try predictionSection))
    page.add(.init(id: "classes", title: "Per class", body: classSection))
    page.add(.init(id: "data", title: "Data", body: dataSection))
    page.add(.init(id: "model", title: "Model", body: modelSection))
    page.add(.init(id: "command", title: "Command", body: commandSection))
    return page.html
  }

  private var header: Markup {
    var figures: [(value: String, label: String)] = []
    for (name, value) in results.test.named.prefix(4) {
      figures.append((ScoreTable.text(value), "test " + ScoreTable.heading(name)))
    }
    figures.append(
      (outcome.bestEpoch.grouped, "\(results.hasValid ? "best" : "last") epoch of \(outcome.history.count.grouped)"))
    figures.append((outcome.parameterCount.grouped, outcome.parameterCount.noun("parameter")))
    let lines = ReadThisFirst(results).lines.map { Markup($0) }
    return .figures(figures) + .notice("Read this first", lines)
  }

  private var resultSection: Markup {
    let table = results.table
    let columns: [Table.Column] = ["test split"] + table.headings.map { .number($0) }
    return Table(columns, rows: table.rows.map { row in [Markup(row.name)] + row.scores.map { Markup($0.value) } })
      .markup
      + .paragraph(
        Markup(
          scoreNote
            + " The test split was read once, with the weights of epoch \(outcome.bestEpoch). \(ReadThisFirst.rule(configuration.epochSelection))"
        ))
  }

  private var scoreNote: String {
    switch results.test {
    case .sentiment:
      "Acc-2 (≥0) is negative against non-negative over all samples, Acc-2 (≠0) negative against positive where the label is not 0; F1 is weighted by support."
    case .scale:
      "CCC is Lin's concordance: r, lowered where predictions differ from the labels in mean or spread."
    case .classes where outcome.labelsAreShares:
      "The labels are shares of the classes, and the loss is the cross-entropy with them; scores count the class with the largest share, the first of equals. WA is the share of correct predictions, UA the mean recall of the classes that occur; F1 is weighted by support, F1 (macro) is the plain mean over the classes."
    case .classes:
      "WA is the share of correct predictions, UA the mean recall of the classes that occur; F1 is weighted by support, F1 (macro) is the plain mean over the classes."
    case .emotions:
      "Means over the emotions: WA is the share of correct predictions, UA the mean of the recalls of present and absent (the weighted accuracy of papers on MOSEI), F1 is weighted by support. An emotion is present if its label is above 0, and predicted from a probability of one half."
    }
  }

  private var trainingSection: Markup {
    let (history, best) = (outcome.history, outcome.bestEpoch)
    return .figure(
      .chart(TrainingFigures.metrics(history, bestEpoch: best, task: configuration.task)),
      caption: results.hasValid
        ? "Train figures are taken in training mode, with dropout, before each step; validation figures without."
        : "Figures of train, in training mode, with dropout, before each step. There is no valid split.")
      + .figure(.chart(TrainingFigures.losses(history, bestEpoch: best)), caption: secondsCaption)
  }

  private var secondsCaption: String {
    let seconds = outcome.history.map(\.seconds)
    let samples = outcome.corpora.reduce(0) { $0 + ($1.samples[.train] ?? 0) }
    return String(
      format: "%.1f seconds in total, %.3f per epoch of %ld train samples on %ld threads%@.",
      seconds.reduce(0, +), Regression.mean(seconds), samples, outcome.configuration.threads,
      results.hasValid ? ", validation included" : "")
  }

  private var predictionSection: Markup {
    get throws {
      if configuration.task != .regression || testPredictions.isEmpty { return .empty }
      // With one dot per sample, thousands of them are smaller as pixels than as marks.
      let figure = TrainingFigures.predictions(testPredictions)
      return .figure(
        .picture(try figure.png(), type: "image/png", description: figure.label),
        caption: "The test split: one dot per sample.")
        + .heading("Largest errors") + largestErrors
    }
  }

  private var largestErrors: Markup {
    let sorted = testPredictions.filter { !$0.label.isNaN }
      .sorted { (abs($1.prediction - $1.label), $0.id) < (abs($0.prediction - $0.label), $1.id) }
    return Table(
      ["sample", .number("label"), .number("prediction"), .number("error")],
      rows: sorted.prefix(10).map { item in
        [item.label, item.prediction, item.prediction - item.label].reduce(into: [Markup.code(item.id)]) {
          $0.append(Markup(ScoreTable.text(Double($1))))
        }
      }
    ).markup
  }

  private var classSection: Markup {
    let (matrix, names): (ConfusionMatrix, [String])
    switch results.test {
    case .sentiment(let scores): (matrix, names) = (scores.sevenClasses, ["−3", "−2", "−1", "0", "+1", "+2", "+3"])
    case .scale: return .empty
    case .classes(let classes): (matrix, names) = (classes, outcome.labelNames)
    case .emotions: return emotionSection
    }
    if matrix.sampleCount == 0 { return .empty }
    let scores = Table(
      ["class", .number("samples"), .number("precision"), .number("recall"), .number("F1")],
      rows: zip(names, matrix.classes).map { name, scores in
        [Markup(name), Markup(scores.support.grouped)]
          + [scores.precision, scores.recall, scores.f1].map { Markup(ScoreTable.text($0)) }
      })
    let confusion = Table(
      ["true ↓ predicted →"] + names.map { .number($0) },
      rows: zip(names, matrix.counts).map { name, row in [Markup(name)] + row.map { Markup($0.grouped) } })
    return scores.markup + .heading("Confusion matrix") + confusion.markup
  }

  private var emotionSection: Markup {
    guard let table = results.emotionTable, results.test.sampleCount > 0 else { return .empty }
    return Table(
      ["emotion"] + table.headings.map { .number($0) },
      rows: table.rows.map { row in [Markup(row.name)] + row.scores.map { Markup($0.value) } }
    ).markup + .paragraph("Samples and recall cover only the samples in which the emotion is present.")
  }

  private var dataSection: Markup {
    Table(
      [
        "folder", "corpus", "granularity", .number("train"), .number("valid"), .number("test"), "manifest SHA-256",
        "scalers SHA-256",
      ],
      rows: outcome.corpora.map { corpus in
        [Markup.code(corpus.folder), Markup(corpus.dataset), Markup(corpus.granularity)]
          + Split.allCases.map { Markup((corpus.samples[$0] ?? 0).grouped) }
          + [.code(String(corpus.manifestSHA256.prefix(16))), .code(String(corpus.scalersSHA256.prefix(16)))]
      }
    ).markup + .paragraph("Digests are cut to 16 digits here; results.json has them in full.") + imbalance
  }

  /// The distribution of the train labels, which determines what the baseline achieves.
  private var imbalance: Markup {
    let labels = outcome.trainLabels.filter { !$0.isNaN }
    if labels.isEmpty { return .empty }
    let counts: [(String, Int)]
    if case .scale = results.test {
      return scaleRange(labels)
    } else if configuration.task == .regression {
      counts = [
        ("negative", labels.count { $0 < 0 }), ("zero", labels.count { $0 == 0 }),
        ("positive", labels.count { $0 > 0 }),
      ]
    } else if configuration.task == .multilabel {
      return multilabelImbalance
    } else {
      counts = outcome.labelNames.enumerated().map { index, name in (name, labels.count { $0 == Float(index) }) }
    }
    return imbalanceTable(counts, sampleCount: labels.count)
  }

  private func scaleRange(_ labels: [Float]) -> Markup {
    let values = [
      ("lowest", labels.min() ?? .nan), ("mean", Float(Regression.mean(labels.map(Double.init)))),
      ("highest", labels.max() ?? .nan),
    ]
    return .heading("Train labels")
      + Table(
        ["", .number("label")], rows: values.map { [Markup($0), Markup(ScoreTable.text(Double($1)))] }
      ).markup
  }

  private var multilabelImbalance: Markup {
    let (labels, width) = (outcome.trainLabels, outcome.labelNames.count)
    let counts = outcome.labelNames.enumerated().map { emotion, name in
      (name, stride(from: emotion, to: labels.count, by: width).count { labels[$0] > 0 })
    }
    return imbalanceTable(counts, sampleCount: labels.count / width)
  }

  private func imbalanceTable(_ counts: [(String, Int)], sampleCount: Int) -> Markup {
    .heading("Train labels")
      + Table(
        ["label", .number("samples"), .number("share")],
        rows: counts.map { name, count in
          [
            Markup(name), Markup(count.grouped),
            Markup(String(format: "%.1f %%", 100 * Double(count) / Double(sampleCount))),
          ]
        }
      ).markup
  }

  private var modelSection: Markup {
    let summary = ModelSummary(TrainedModel(outcome))
    return .figure(.chart(ModelDiagram(summary).drawing), caption: "From inputs to the prediction.")
      + .fold("Layers and parameters", .listing(summary.text))
  }

  private var commandSection: Markup {
    .listing(command)
      + .fold("The configuration that determines the bytes", .listing(configuration.fingerprinted.prettyText))
  }
}
