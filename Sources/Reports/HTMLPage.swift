/// One self-contained HTML file: no script, no font, no picture from elsewhere; readable on light, dark and paper.
public struct HTMLPage: Sendable {
  /// A part of the page with a heading; its `id` is the target of links.
  public struct Section: Sendable {
    let id: String
    let title: String
    let body: Markup

    /// A section; `id` is a word without blanks.
    public init(id: String, title: String, body: Markup) {
      self.id = id
      self.title = title
      self.body = body
    }
  }

  private let title: String
  private let header: Markup
  private var sections: [Section] = []

  /// - Parameters:
  ///   - title: the browser's title and the first heading.
  ///   - header: the content between the heading and the first section.
  public init(title: String, header: Markup) {
    self.title = title
    self.header = header
  }

  /// Appends a section; one without content is omitted.
  public mutating func add(_ section: Section) {
    if section.body != .empty { sections.append(section) }
  }

  /// The file.
  public var html: String {
    let head =
      Markup.void("meta", ["charset": "utf-8"]) + .newline
      + .void("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"]) + .newline
      + .void("meta", ["name": "color-scheme", "content": "light dark"]) + .newline
      + .element("title", [:], Markup(title)) + .newline + .style
    let links = sections.map { Markup.element("a", ["href": "#" + $0.id], Markup($0.title)) }
    var body = Markup.element("header", [:], .element("h1", [:], Markup(title)), header) + .newline
    body += .element("nav", [:], links) + .newline + .element("main", [:], content)
    return Markup.document(head: head, body: body).source
  }

  private var content: [Markup] {
    sections.map { section in
      .newline
        + .element("section", ["id": section.id], .element("h2", [:], Markup(section.title)), .newline, section.body)
    }
  }
}
