using System.Text.Json;
using Tributary.Chaos.Worlds;

namespace Tributary.ConformanceTests.Chaos;

/// <summary>An answer to a search, made up by hand.</summary>
internal sealed record MadeAnswer
{
    /// <summary>Such as <c>lane00x01=s0n1</c>; with <c>/s0n2</c> at the end the summary quotes that one.</summary>
    public string[] Hits { get; init; } = [];

    public int From { get; init; }

    public int Size { get; init; } = 100;

    /// <summary>The hits, unless it says otherwise.</summary>
    public int? Total { get; init; }

    /// <summary>Whether there are more, unless it says otherwise.</summary>
    public bool? HasMore { get; init; }

    /// <summary>Such as <c>blue=2</c>.</summary>
    public string[]? Colours { get; init; }

    public bool IsSweep { get; init; }

    public string Json(IReadOnlyDictionary<string, string> texts)
    {
        int total = Total ?? Hits.Length;
        var container = new Dictionary<string, object> { ["total"] = total, ["moreResultsAvailable"] = HasMore ?? From + Hits.Length < total };
        if (Hits.Length > 0)
        {
            container["hits"] = Hits.Select(hit => HitOf(hit, texts));
        }

        if (Colours is not null)
        {
            container["aggregations"] = new[] { new { field = "colour", buckets = Colours.Select(counted => new { key = counted.Split('=')[0], count = int.Parse(counted.Split('=')[1], null) }) } };
        }

        return JsonSerializer.Serialize(new { value = new[] { new { hitsContainers = new[] { container } } } });
    }

    private static object HitOf(string hit, IReadOnlyDictionary<string, string> texts)
    {
        string[] parts = hit.Split('=', '/');
        (string item, string stamp) = (parts[0], parts[1]);
        return new
        {
            summary = $"What <c0>{(parts.Length > 2 ? parts[2] : stamp)}</c0> says of it",
            resource = new
            {
                properties = new { title = $"{World.LaneOf(item)} {item} {stamp}", stamp, colour = texts[stamp], number = 1, substrateContentDomainId = $"domain@tenant,{item}" },
            },
        };
    }
}
