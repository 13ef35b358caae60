using System.Text.Json;
using Tributary.Profiles;

namespace Tributary.Quirks;

/// <summary>The registry of quirks as JSON, for <c>/tributary/quirks</c> and <c>tributary quirks --json</c>.</summary>
internal static class QuirkJson
{
    /// <param name="writer">Takes the object.</param>
    /// <param name="profile">The profile in force.</param>
    /// <param name="quirks">Which are on.</param>
    /// <param name="configuration">Where the values of the other settings stand.</param>
    public static void Write(Utf8JsonWriter writer, Profile profile, QuirkSet quirks, IConfiguration configuration)
    {
        writer.WriteStartObject();
        writer.WriteString("profile", profile.Name);
        writer.WriteStartArray("quirks");
        foreach (Quirk quirk in Quirk.All)
        {
            writer.WriteStartObject();
            writer.WriteString("id", quirk.Id);
            writer.WriteString("source", quirk.Source);
            writer.WriteString("description", quirk.Description);
            writer.WriteStartObject("defaults");
            foreach (Profile of in Profile.All)
            {
                writer.WriteBoolean(of.Name, of.TurnsOn(quirk));
            }

            writer.WriteEndObject();
            writer.WriteBoolean("isOn", quirks.IsOn(quirk));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("settings");
        foreach (ProfileSetting setting in ProfileSetting.All.Where(setting => !setting.IsQuirk))
        {
            writer.WriteStartObject();
            writer.WriteString("name", setting.Name);
            writer.WriteStartObject("defaults");
            foreach (Profile of in Profile.All)
            {
                writer.WriteString(of.Name, of.Values[setting.Name]);
            }

            writer.WriteEndObject();
            writer.WriteString("value", configuration[setting.Name]);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
