using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Tributary.Auth;
using Tributary.Connections;
using Tributary.Graph;
using Tributary.Groups;
using Tributary.Items;
using Tributary.Operations;
using Tributary.Schemas;
using FromServicesAttribute = Microsoft.AspNetCore.Mvc.FromServicesAttribute;

namespace Tributary.Transfer;

/// <summary><c>/tributary/tenants/{tenantId}/imports</c>: the operator makes a connection of an export; see docs/export-import.md.</summary>
internal static class ImportEndpoints
{
    private const string Source = "Import";

    public static void MapImports(this IEndpointRouteBuilder endpoints)
    {
        RouteGroupBuilder imports = endpoints.MapGroup("/tributary/tenants/{tenantId}/imports");
        imports.RequireOperator();
        imports.MapGet("", ListAsync);
        imports.MapPost("", BeginAsync);
        imports.MapGet("/{importId}", GetAsync);
        imports.MapPut("/{importId}/chunks/{number}", PutChunkAsync);
        imports.MapDelete("/{importId}", AbortAsync);
    }

    /// <summary>Those that are not complete.</summary>
    private static async Task<GraphResult> ListAsync(string tenantId, [FromServices] IImportStore store, CancellationToken cancellationToken)
    {
        IReadOnlyList<ImportProgress> imports = [.. (await store.ListAsync(tenantId, cancellationToken)).Select(import => import.Progress)];
        return GraphResult.Ok(writer =>
        {
            writer.WriteStartObject();
            writer.WritePropertyName("value");
            JsonSerializer.Serialize(writer, imports, TransferJson.Default.IReadOnlyListImportProgress);
            writer.WriteEndObject();
        });
    }

    private static async Task<Results<GraphResult, GraphErrorResult>> GetAsync(
        string tenantId, string importId, [FromServices] IImportStore store, CancellationToken cancellationToken) =>
        await store.FindOrNullAsync(tenantId, importId, cancellationToken) is { } import ? Showing(import.Progress) : NotFound();

    /// <summary>201 for one that begins; 200 for one of the same file that was begun before and goes on.</summary>
    private static async Task<Results<GraphResult, GraphErrorResult>> BeginAsync(HttpContext http, string tenantId, [AsParameters] ImportServices services)
    {
        using RequestBody body = await RequestBody.ReadAsync(http);
        if (body.Error is not null)
        {
            return new GraphErrorResult(body.Error);
        }

        ImportRequest request;
        try
        {
            request = body.Root.Deserialize(TransferJson.Default.ImportRequest)!;
        }
        catch (JsonException exception)
        {
            return new GraphErrorResult(GraphErrors.Invalid("$", "InvalidImport", exception.Message));
        }

        string id = request.ConnectionId ?? request.Header.Connection;
        string name = request.Name ?? request.Header.Name;
        var problems = new Problems();
        ConnectionRules.CheckId(id, "$.connectionId", problems);
        ConnectionRules.CheckName(name, "$.name", problems);
        if (GuidText.LowerOrNull(tenantId) != tenantId)
        {
            problems.Rule("{tenant-id}", "InvalidTenantId", $"A tenant is named by a GUID in lower case; '{tenantId}' is none.");
        }

        if (request.Header.Format != ExportHeader.CurrentFormat)
        {
            problems.Rule("$.header.format", "UnknownFormat", $"The export is of format {request.Header.Format}; this version reads {ExportHeader.CurrentFormat}.");
        }

        if (problems.Count > 0)
        {
            return new GraphErrorResult(GraphErrors.Invalid(problems));
        }

        BeginImportResult result = await services.Store.BeginAsync(tenantId, request, name, services.Limits, http.RequestAborted);
        if (result is { Outcome: BeginImportOutcome.Begun, Import: { } begun })
        {
            services.Logger.LogImport(begun.Id, begun.Connection.Value);
        }

        return result.Outcome switch
        {
            BeginImportOutcome.Begun => new GraphResult(StatusCodes.Status201Created, writer => Write(writer, result.Import!.Progress)),
            BeginImportOutcome.Found => Showing(result.Import!.Progress),
            BeginImportOutcome.IdTaken => Taken($"$.connectionId: The id '{id}' is taken, or the deletion of its connection still runs. Name another one."),
            BeginImportOutcome.NameTaken => NameTaken(name),
            BeginImportOutcome.OtherFile => Taken($"$.connectionId: The connection '{id}' is being imported from another file, or under another name. End that import first, or name another id."),
            BeginImportOutcome.TooManyConnections => new GraphErrorResult(GraphErrors.Invalid(
                "$", "ConnectionQuotaExceeded", $"The tenant has {services.Limits.Connections} connections, which is the limit.")),
            BeginImportOutcome.QuotaReached => OverQuota(ApplyChunkOutcome.QuotaReached, services.Limits),
            BeginImportOutcome.TenantQuotaReached => OverQuota(ApplyChunkOutcome.TenantQuotaReached, services.Limits),
            _ => OverQuota(ApplyChunkOutcome.GroupQuotaReached, services.Limits),
        };
    }

    /// <summary>The bytes of one chunk as the file has them. May be sent again; one that is in stays in.</summary>
    private static async Task<Results<GraphResult, GraphErrorResult>> PutChunkAsync(
        HttpContext http, string tenantId, string importId, string number, [AsParameters] ImportServices services)
    {
        if (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int which)
            || await services.Store.FindOrNullAsync(tenantId, importId, http.RequestAborted) is not { } import)
        {
            return NotFound();
        }

        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            // What is too much is refused with a reason.
            size.MaxRequestBodySize = null;
        }

        // An item as large as any, in JSON that escapes more than that of its own request did, on top of a chunk that is full.
        int maxBytes = (int)Math.Min(int.MaxValue / 2, (2 * services.Items.Value.MaxBytes) + (4 * Chunk.TargetBytes) + (services.Groups.Value.MaxMembers * 200L));
        using RequestBody body = await RequestBody.ReadBytesAsync(http, maxBytes, Chunk.MediaType);
        if (body.Error is not null)
        {
            return new GraphErrorResult(body.Error);
        }

        // One that is in already: its answer was lost.
        if (import.Last is { } last && which == last.Chunk)
        {
            return Chunk.EndOrNull(body.Bytes.Span)?.Sha256 == last.Sha256 ? Showing(import.Progress) : OutOfOrder(import);
        }

        if (import.IsComplete || which != import.Progress.NextChunk)
        {
            return OutOfOrder(import);
        }

        try
        {
            var chunk = Chunk.Parse(body.Bytes, import.Last);
            Schema? schema = import.ActiveSchema == 0 ? null : await services.Schemas.FindOrNullAsync(import.Connection, import.ActiveSchema, http.RequestAborted);
            List<ImportRecord> records = new ImportReader(import.Request, schema, services.Items.Value, services.Groups.Value).Read(chunk);
            ApplyChunkOutcome outcome = await services.Store.ApplyAsync(import, chunk.End, records, body.Length, services.Limits, http.RequestAborted);
            bool isComplete = outcome == ApplyChunkOutcome.Applied && records is [.., ImportRecord.End];
            if (isComplete)
            {
                services.Logger.LogImported(import.Id, import.Connection.Value);
            }

            return outcome switch
            {
                ApplyChunkOutcome.Applied => Showing((import with { Last = chunk.End, IsComplete = isComplete }).Progress),
                ApplyChunkOutcome.OutOfOrder => OutOfOrder(import),
                _ => NotFound(),
            };
        }
        catch (Exception exception) when (exception is InvalidDataException or ImportRefusedException)
        {
            return new GraphErrorResult(GraphErrors.Invalid("$", "InvalidExport", exception.Message));
        }
        catch (ImportNameTakenException)
        {
            return NameTaken(import.Request.Name ?? import.Request.Header.Name);
        }
        catch (ImportOverQuotaException exception)
        {
            return OverQuota(exception.Quota, services.Limits);
        }
    }

    private static async Task<Results<EmptyResult, GraphErrorResult>> AbortAsync(
        HttpContext http, string tenantId, string importId, [AsParameters] ImportServices services, [FromServices] TimeProvider time)
    {
        if (await services.Store.FindOrNullAsync(tenantId, importId, http.RequestAborted) is not { } import
            || !await services.Store.AbortAsync(import, ConnectionOperation.NewId(), time.GetUtcNow(), http.RequestAborted))
        {
            return NotFound();
        }

        services.Logger.LogAborted(import.Id, import.Connection.Value);
        return EmptyResult.Accepted();
    }

    private static GraphResult Showing(ImportProgress progress) => GraphResult.Ok(writer => Write(writer, progress));

    private static void Write(Utf8JsonWriter writer, ImportProgress progress) => JsonSerializer.Serialize(writer, progress, TransferJson.Default.ImportProgress);

    private static GraphErrorResult NotFound() => new(GraphErrors.NotFound(Source));

    private static GraphErrorResult Taken(string reason) => new(GraphErrors.NameAlreadyExists(reason));

    private static GraphErrorResult NameTaken(string name) =>
        Taken($"$.name: The name '{name}', or one that the connection got while it was exported, is taken, or the deletion of its connection still runs. Name another one.");

    private static GraphErrorResult OutOfOrder(StoredImport import) =>
        new(GraphErrors.OperationInProgress($"The import is complete, or waits for chunk {import.Progress.NextChunk}, or somebody else goes on with it; read how far it is."));

    private static GraphErrorResult OverQuota(ApplyChunkOutcome quota, ImportLimits limits) => new(quota switch
    {
        ApplyChunkOutcome.QuotaReached => GraphErrors.QuotaExceeded("connection", limits.ItemsPerConnection),
        ApplyChunkOutcome.TenantQuotaReached => GraphErrors.QuotaExceeded("tenant", limits.ItemsPerTenant),
        _ => GraphErrors.Invalid("$", "GroupQuotaExceeded", $"The tenant would have more than {limits.GroupsPerTenant} external groups, which is the limit."),
    });
}

/// <summary>For the attributes see <see cref="SchemaServices"/>.</summary>
internal readonly record struct ImportServices(
    [property: FromServices] IImportStore Store,
    [property: FromServices] ISchemaStore Schemas,
    [property: FromServices] IOptions<ConnectionOptions> Connections,
    [property: FromServices] IOptions<ItemOptions> Items,
    [property: FromServices] IOptions<GroupOptions> Groups,
    [property: FromServices] ILogger<ImportReader> Logger)
{
    public ImportLimits Limits => new(
        Connections.Value.MaxPerTenant, Items.Value.MaxPerConnection, Items.Value.MaxPerTenant, Items.Value.MaxActivities, Groups.Value.MaxPerTenant);
}
