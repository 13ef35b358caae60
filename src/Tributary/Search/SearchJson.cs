using System.Text.Json;
using Tributary.Connections;
using Tributary.Graph;
using Tributary.Schemas;
using Tributary.Search.Filters;
using Tributary.Search.Kql;
using Tributary.Search.Spelling;

namespace Tributary.Search;

/// <summary>Writes the answer to a call, one response for each request (search 8).</summary>
/// <param name="writer">Takes the JSON.</param>
/// <param name="format">The form that the client asked for.</param>
/// <param name="time">What date words in the rules of templates are relative to.</param>
/// <param name="cancellationToken">Looked at before each hit.</param>
internal sealed class SearchJson(Utf8JsonWriter writer, AcceptedFormat format, QueryTime time, CancellationToken cancellationToken)
{
    /// <param name="context">Of the answer; null where the client asked for none.</param>
    /// <param name="answers">In the order of the requests.</param>
    public void Write(string? context, IReadOnlyList<SearchAnswer> answers)
    {
        writer.WriteStartObject();
        if (context is not null)
        {
            writer.WriteString("@odata.context", context);
        }

        writer.WriteStartArray("value");
        foreach (SearchAnswer answer in answers)
        {
            WriteResponse(answer);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private void WriteResponse(SearchAnswer answer)
    {
        SearchRequest search = answer.Request;
        var templates = new Dictionary<string, DisplayTemplate>(StringComparer.Ordinal);
        writer.WriteStartObject();
        writer.WriteStartArray("searchTerms");
        foreach (string term in answer.Terms)
        {
            writer.WriteStringValue(term);
        }

        writer.WriteEndArray();
        writer.WriteStartArray("hitsContainers");
        writer.WriteStartObject();
        if (answer.Hits.Count > 0)
        {
            var hits = new SearchHitJson(writer, format);
            writer.WriteStartArray("hits");
            foreach ((int i, SearchHit hit) in answer.Hits.Index())
            {
                cancellationToken.ThrowIfCancellationRequested();
                using JsonDocument properties = JsonDocument.Parse(hit.Item.Properties);
                DisplayTemplate? template = search.WantsResultTemplates ? ResultTemplates.FindOrNull(hit.Source, properties.RootElement, time) : null;
                string? templateId = template is null ? null : ResultTemplates.IdOf(hit.Source, template);
                if (template is not null)
                {
                    templates.TryAdd(templateId!, template);
                }

                hits.Write(hit, properties.RootElement, search, search.From + i + 1, templateId);
            }

            writer.WriteEndArray();
        }

        writer.WriteNumber("total", answer.Total);
        writer.WriteBoolean("moreResultsAvailable", search.From + answer.Hits.Count < answer.Total);
        if (search.Aggregations.Count > 0)
        {
            WriteAggregations(search.Aggregations, answer.Aggregations);
        }

        writer.WriteEndObject();
        writer.WriteEndArray();
        if (answer.Alteration is { } alteration)
        {
            WriteAlteration(alteration);
        }

        if (templates.Count > 0)
        {
            WriteTemplates(templates);
        }

        writer.WriteEndObject();
    }

    /// <summary>The type in lower case as in the metadata: published clients compare it exactly, and samples alone begin it with a capital.</summary>
    private void WriteAlteration(QueryAlteration alteration)
    {
        writer.WriteStartObject("queryAlterationResponse");
        writer.WriteString("originalQueryString", alteration.Original);
        writer.WriteStartObject("queryAlteration");
        writer.WriteString("alteredQueryString", alteration.Altered);
        writer.WriteString("alteredHighlightedQueryString", alteration.Highlighted);
        writer.WriteStartArray("alteredQueryTokens");
        foreach (AlteredToken token in alteration.Tokens)
        {
            writer.WriteStartObject();
            writer.WriteNumber("offset", token.Offset);
            writer.WriteNumber("length", token.Length);
            writer.WriteString("suggestion", token.Suggestion);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteString("queryAlterationType", alteration.IsModification ? "modification" : "suggestion");
        writer.WriteEndObject();
    }

    /// <summary>Those that hits refer to, each once; the layout is the client's to fill in and stays as it was sent.</summary>
    private void WriteTemplates(Dictionary<string, DisplayTemplate> templates)
    {
        writer.WriteStartObject("resultTemplates");
        foreach ((string id, DisplayTemplate template) in templates)
        {
            writer.WriteStartObject(id);
            writer.WriteString("displayName", template.Id);
            writer.WritePropertyName("body");
            template.Layout.WriteTo(writer);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    /// <summary>In the order of the request; <c>buckets</c> is always there, as a published client walks it unguarded.</summary>
    private void WriteAggregations(IReadOnlyList<AggregationOption> options, IReadOnlyList<IReadOnlyList<FacetBucket>> counted)
    {
        writer.WriteStartArray("aggregations");
        foreach ((int i, AggregationOption option) in options.Index())
        {
            IReadOnlyList<FacetBucket> buckets = i < counted.Count ? counted[i] : [];
            writer.WriteStartObject();
            writer.WriteString("field", option.Field);
            writer.WriteStartArray("buckets");
            for (int range = 0; range < option.Ranges.Count; range++)
            {
                // Also where nothing was searched: a range is a bucket with or without items.
                long count = range < buckets.Count ? buckets[range].Count : 0;
                if (count >= option.MinimumCount)
                {
                    WriteBucket(RangeText.Key(option.Ranges[range]), count, RangeText.Token(option.Ranges[range]));
                }
            }

            foreach (FacetBucket bucket in option.Ranges.Count > 0 ? [] : buckets)
            {
                WriteBucket(bucket.Key, bucket.Count, FilterToken.Of(bucket.Key));
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private void WriteBucket(string key, long count, string token)
    {
        writer.WriteStartObject();
        writer.WriteString("key", key);
        writer.WriteNumber("count", count);
        writer.WriteString("aggregationFilterToken", token);
        writer.WriteEndObject();
    }

    /// <summary>The member of the stored properties that holds a schema property's value; names match ignoring case.</summary>
    public static JsonElement? ValueOrNull(JsonElement properties, Property property) => properties.Member(property.Name);
}
