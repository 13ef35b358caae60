using System.Globalization;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Tributary.Access;
using Tributary.Auth;
using Tributary.Batch;
using Tributary.Clock;
using Tributary.Connections;
using Tributary.Directories;
using Tributary.Faults;
using Tributary.Graph;
using Tributary.Groups;
using Tributary.Indexing;
using Tributary.Items;
using Tributary.Nodes;
using Tributary.Schemas;
using Tributary.Search;
using Tributary.Storage;
using Tributary.TakeOver;
using Tributary.Telemetry;
using Tributary.Throttling;

namespace Tributary;

/// <summary>Tells in the product's words what the configuration binder refuses in those of .NET's types.</summary>
internal static class SettingNames
{
    /// <summary>A sentence for each name of a section that is not a setting, and for each value that is of another kind than the setting.</summary>
    /// <param name="section">As it is configured.</param>
    /// <param name="options">What it is bound to.</param>
    public static IEnumerable<string> Problems(IConfigurationSection section, Type options) => Problems(section, SettingTypes.Default.GetTypeInfo(options)!);

    private static IEnumerable<string> Problems(IConfigurationSection section, JsonTypeInfo type) => type.Kind switch
    {
        JsonTypeInfoKind.Object => section.GetChildren().SelectMany(child => MemberProblems(section, child, type)),
        JsonTypeInfoKind.Dictionary => section.GetChildren().SelectMany(child => Problems(child, SettingTypes.Default.GetTypeInfo(type.ElementType!)!)),
        JsonTypeInfoKind.None when section.Value is { } value && AllowedOrNull(type.Type, value) is { } allowed => [$"{section.Path} is '{value}'; it must be {allowed}."],
        _ => [],
    };

    private static IEnumerable<string> MemberProblems(IConfigurationSection section, IConfigurationSection child, JsonTypeInfo type)
    {
        // What cannot be set is worked out from the settings.
        JsonPropertyInfo[] members = [.. type.Properties.Where(member => member.Set is not null)];
        return Array.Find(members, member => member.Name.Equals(child.Key, StringComparison.OrdinalIgnoreCase)) is { } member
            ? Problems(child, SettingTypes.Default.GetTypeInfo(member.PropertyType)!)
            : [$"{child.Path} is not a setting{NearestName.Advice(child.Key, [.. members.Select(member => member.Name)], section.Path + ":")}"];
    }

    /// <summary>What a value of that type may be, if this is none.</summary>
    private static string? AllowedOrNull(Type type, string value)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type == typeof(bool) ? (bool.TryParse(value, out _) ? null : "true or false")
            : type == typeof(int) ? (int.TryParse(value, CultureInfo.InvariantCulture, out _) ? null : $"a whole number, {int.MaxValue} at most")
            : type == typeof(long) ? (long.TryParse(value, CultureInfo.InvariantCulture, out _) ? null : $"a whole number, {long.MaxValue} at most")
            : type == typeof(double) ? (double.TryParse(value, CultureInfo.InvariantCulture, out _) ? null : "a number such as 0.5")
            : type == typeof(TimeSpan) ? (TimeSpan.TryParse(value, CultureInfo.InvariantCulture, out _) ? null : "a time such as 00:00:30, or with days 1.00:00:00")
            : type.IsEnum && !Enum.TryParse(type, value, ignoreCase: true, out _) ? "one of " + string.Join(", ", Enum.GetNames(type))
            : null;
    }
}

/// <summary>Names and kinds of all settings. The binder's source generator knows them and tells nobody; that of JSON makes the same list, without reflection.</summary>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(AccessOptions))]
[JsonSerializable(typeof(AuthOptions))]
[JsonSerializable(typeof(BatchOptions))]
[JsonSerializable(typeof(ClockOptions))]
[JsonSerializable(typeof(ConnectionOptions))]
[JsonSerializable(typeof(CrossOriginOptions))]
[JsonSerializable(typeof(DirectoryOptions))]
[JsonSerializable(typeof(FaultOptions))]
[JsonSerializable(typeof(GraphOptions))]
[JsonSerializable(typeof(GroupOptions))]
[JsonSerializable(typeof(IndexOptions))]
[JsonSerializable(typeof(ItemOptions))]
[JsonSerializable(typeof(LimitOptions))]
[JsonSerializable(typeof(NodeOptions))]
[JsonSerializable(typeof(SchemaOptions))]
[JsonSerializable(typeof(SearchOptions))]
[JsonSerializable(typeof(StorageOptions))]
[JsonSerializable(typeof(TakeOverOptions))]
[JsonSerializable(typeof(TelemetryOptions))]
[JsonSerializable(typeof(ThrottlingOptions))]
internal sealed partial class SettingTypes : JsonSerializerContext;
