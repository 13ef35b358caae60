using System.Text.Json;
using Tributary.Connections;
using Tributary.Graph;
using Tributary.Indexing;
using Tributary.Operations;
using Tributary.Schemas;

namespace Tributary.Transfer;

/// <content>The connection itself.</content>
internal sealed partial class ImportReader
{
    private ImportRecord.Connection ReadConnection(JsonElement sent)
    {
        ExportedConnection connection = sent.Deserialize(TransferJson.Default.ExportedConnection)!;
        if (!WireNames<ConnectionState>.TryParse(connection.State, out ConnectionState state))
        {
            throw Refused($"has the state '{connection.State}', which is none");
        }

        if (connection.Language is { } language && TextLanguage.FindOrNull(language) is null)
        {
            throw Refused($"is in the language '{language}', which is none of {string.Join(", ", TextLanguage.Names)}");
        }

        var schemas = new List<KeyValuePair<int, Schema>>();
        foreach (ExportedSchema schema in connection.Schemas)
        {
            schemas.Add(new(schema.Version, ReadSchema(schema)));
        }

        foreach (int version in (ReadOnlySpan<int>)[connection.AcceptedSchema, connection.ActiveSchema])
        {
            if (version < 0 || (version > 0 && !schemas.Any(schema => schema.Key == version)))
            {
                throw Refused($"names the schema version {version}, which it does not have");
            }
        }

        if (connection.ActiveSchema > connection.AcceptedSchema)
        {
            throw Refused("has a schema in force that is newer than the one that was accepted");
        }

        foreach (ExportedOperation operation in connection.Operations)
        {
            CheckOperation(operation);
        }

        _schema = connection.ActiveSchema == 0 ? null : schemas.First(schema => schema.Key == connection.ActiveSchema).Value;
        return new ImportRecord.Connection(
            ReadSettings(connection.Settings), state, connection.Language, connection.AcceptedSchema, connection.ActiveSchema, schemas, connection.Operations);
    }

    private ExternalConnection ReadSettings(JsonElement sent)
    {
        ExternalConnection settings = ConnectionJson.Deserialize(JsonSerializer.SerializeToUtf8Bytes(sent, TransferJson.Default.JsonElement));
        settings = settings with { Id = request.ConnectionId ?? settings.Id, Name = request.Name ?? settings.Name };
        var problems = new Problems();
        ConnectionRules.CheckId(settings.Id, "$.settings.Id", problems);
        ConnectionRules.CheckName(settings.Name, "$.settings.Name", problems);
        ConnectionRules.CheckDescription(settings.Description, "$.settings.Description", problems);
        Require(problems);
        if (!string.Equals(settings.Id, request.ConnectionId ?? request.Header.Connection, StringComparison.Ordinal))
        {
            throw Refused($"is of the connection '{settings.Id}', and the header of '{request.Header.Connection}'");
        }

        return settings.Configuration?.AuthorizedAppIds is { Count: > 0 } apps && apps.All(app => GuidText.LowerOrNull(app) == app)
            ? settings
            : throw Refused("must name the applications that may manage it, in Configuration.AuthorizedAppIds, each by a GUID in lower case");
    }

    private Schema ReadSchema(ExportedSchema sent)
    {
        Schema schema;
        try
        {
            schema = SchemaJson.Deserialize(JsonSerializer.SerializeToUtf8Bytes(sent.Body, TransferJson.Default.JsonElement));
        }
        catch (ArgumentException)
        {
            throw Refused($"has a property twice in the schema of version {sent.Version}");
        }

        bool isSound = schema.Properties.Count is > 0 and <= SchemaRules.MaxProperties
            && schema.Properties.All(property => property.Name is { Length: > 0 and <= SchemaRules.MaxNameLength } name && name.All(char.IsAsciiLetterOrDigit));
        return isSound && sent.Version > 0
            ? schema
            : throw Refused($"has a schema of version {sent.Version} that is none: 1 to {SchemaRules.MaxProperties} properties, each named by 1 to {SchemaRules.MaxNameLength} ASCII letters and digits");
    }

    private void CheckOperation(ExportedOperation operation)
    {
        if (operation.Id.Length is 0 or > 256 || !WireNames<ConnectionOperationStatus>.TryParse(operation.Status, out _))
        {
            throw Refused($"has an operation '{operation.Id}' without an id or of the status '{operation.Status}'");
        }

        if (operation.Error is { } error)
        {
            try
            {
                PublicError.Parse(error);
            }
            catch (InvalidDataException)
            {
                throw Refused($"has an operation '{operation.Id}' with an error that is none");
            }
        }
    }
}
