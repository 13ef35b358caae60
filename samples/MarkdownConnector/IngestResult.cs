namespace MarkdownConnector;

/// <param name="Put">How many documents are items now.</param>
/// <param name="Failures">The others, in the order of their paths.</param>
internal sealed record IngestResult(int Put, IReadOnlyList<DocumentFailure> Failures);

/// <summary>A document that did not become an item, and why.</summary>
internal sealed record DocumentFailure(string RelativePath, string Reason);
