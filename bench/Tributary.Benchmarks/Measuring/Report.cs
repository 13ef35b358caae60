using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Tributary.Benchmarks.Measuring;

/// <summary>Prints what was measured, and adds it as one line of JSON to the file that <c>--results</c> names.</summary>
internal sealed class Report(string scenario, string? file)
{
    private readonly List<(string Name, double Value)> _figures = [];

    public void Add(string name, double value, string unit = "")
    {
        _figures.Add((name, value));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {name,-44}{value,14:#,##0.###} {unit}"));
    }

    public void Save()
    {
        if (file is null)
        {
            return;
        }

        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes))
        {
            writer.WriteStartObject();
            writer.WriteString("scenario", scenario);
            writer.WriteString("at", DateTimeOffset.UtcNow.ToString("yyyy-MM-dd'T'HH:mm'Z'", CultureInfo.InvariantCulture));
            foreach ((string name, double value) in _figures)
            {
                writer.WriteNumber(name, Math.Round(value, 3));
            }

            writer.WriteEndObject();
        }

        File.AppendAllText(file, Encoding.UTF8.GetString(bytes.ToArray()) + "\n");
    }
}
