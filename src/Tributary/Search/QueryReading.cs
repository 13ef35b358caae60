using Tributary.Schemas;
using Tributary.Search.Kql;
using Tributary.Search.Spelling;

namespace Tributary.Search;

/// <summary>One query as several connections read it. Names mean what they mean in each of them (search 7.3).</summary>
internal sealed class QueryReading
{
    /// <summary>The query as plain words: what is searched where it is malformed. Null when nothing in it can be searched for.</summary>
    public KqlNode? Plain { get; private init; }

    /// <summary>The query where no name means anything, as when there are no connections; null when <see cref="Plain"/> is.</summary>
    public KqlNode? WithoutNames { get; private init; }

    /// <summary>
    /// One for each connection, in their order: its tree; where it is malformed with the words of the query string in the template, or, if that is too or there is no
    /// template, <see cref="Plain"/>. None when that is null.
    /// </summary>
    public IReadOnlyList<KqlNode> Trees { get; private init; } = [];

    /// <summary>One for each connection: what is searched in place of its tree if that is more than can be looked up together.</summary>
    public IReadOnlyList<KqlNode> PlainTrees { get; private init; } = [];

    /// <summary>What makes the query malformed (search 7.9), in the first of the connections where it is; null when it is well-formed in all.</summary>
    public KqlError? Error { get; private init; }

    /// <summary><see cref="Error"/>, or what only <see cref="StrictRules"/> tell.</summary>
    public KqlError? StrictError { get; private init; }

    /// <summary>Whether <see cref="StrictError"/> is told of the query string that a template took, and so is its place.</summary>
    public bool IsErrorOfQueryString { get; private init; }

    /// <inheritdoc cref="Of(ExpandedQuery, IReadOnlyList{QueriedConnection}, KqlLimits, CancellationToken)"/>
    public static QueryReading Of(string text, IReadOnlyList<QueriedConnection> connections, KqlLimits limits, CancellationToken cancellationToken) =>
        Of(new ExpandedQuery(text, [0]), connections, limits, cancellationToken);

    /// <summary>
    /// A name that only some of the connections know is a restriction in all, and finds nothing in the others (search 7.3); one that none knows is free text.
    /// </summary>
    /// <exception cref="OperationCanceledException">Asked for between two connections.</exception>
    public static QueryReading Of(ExpandedQuery query, IReadOnlyList<QueriedConnection> connections, KqlLimits limits, CancellationToken cancellationToken)
    {
        var parser = new TemplateParser(query, limits);
        ParsedTemplate withoutNames = parser.Parse(_ => null, schema: null);
        KqlNode? plain = parser.PlainOrNull(withoutNames);
        if (plain is null || connections.Count == 0)
        {
            return new QueryReading
            {
                Plain = plain,
                WithoutNames = plain is null ? null : withoutNames.Tree ?? plain,
                Error = withoutNames.Error,
                StrictError = withoutNames.Error ?? withoutNames.StrictError,
                IsErrorOfQueryString = withoutNames.IsOfQueryString,
            };
        }

        // Looked up once for all connections: a query may have a thousand names, and a tenant a hundred connections.
        var known = new Dictionary<string, bool>(StringComparer.OrdinalIgnoreCase);
        (ParsedTemplate? wrong, ParsedTemplate? doubtful) = (null, null);
        (var trees, var plainTrees) = (new KqlNode[connections.Count], new KqlNode[connections.Count]);
        for (int i = 0; i < trees.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            (Schema schema, SystemValues values) = connections[i];
            ParsedTemplate parsed = parser.Parse(
                name => PropertyNames.KeyOrNull(schema, name) ?? (IsKnown(name) ? PropertyNames.ForeignKey(name) : null), schema);
            wrong ??= parsed.Error is null ? null : parsed;
            doubtful ??= parsed.StrictError is null ? null : parsed;
            trees[i] = parsed.Tree is { } tree ? SystemRestrictions.Resolve(tree, values) : plain;
            plainTrees[i] = parsed.AsWords is { } words ? SystemRestrictions.Resolve(words, values) : plain;
        }

        ParsedTemplate? told = wrong ?? doubtful;
        return new QueryReading
        {
            Plain = plain,
            WithoutNames = withoutNames.Tree ?? plain,
            Trees = trees,
            PlainTrees = plainTrees,
            Error = wrong?.Error,
            StrictError = told?.Error ?? told?.StrictError,
            IsErrorOfQueryString = told?.IsOfQueryString ?? false,
        };

        bool IsKnown(string name)
        {
            if (!known.TryGetValue(name, out bool isKnown))
            {
                isKnown = connections.Any(connection => PropertyNames.KeyOrNull(connection.Schema, name) is not null);
                known.Add(name, isKnown);
            }

            return isKnown;
        }
    }
}

/// <summary>A connection as far as the reading of a query asks for it.</summary>
internal readonly record struct QueriedConnection(Schema Schema, SystemValues Values);
