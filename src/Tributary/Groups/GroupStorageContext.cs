using System.Text.Json.Serialization;

namespace Tributary.Groups;

[JsonSerializable(typeof(string[]))]
internal sealed partial class GroupStorageContext : JsonSerializerContext;
