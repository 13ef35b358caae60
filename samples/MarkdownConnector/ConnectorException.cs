namespace MarkdownConnector;

/// <summary>Something that the person at the command line can put right; its message says what.</summary>
internal sealed class ConnectorException(string message) : Exception(message);
