using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Tributary.Auth;
using Tributary.Connections;
using Tributary.Faults;
using Tributary.Graph;
using Tributary.Indexing;
using Tributary.Operations;
using Tributary.Quirks;
using FromServicesAttribute = Microsoft.AspNetCore.Mvc.FromServicesAttribute;

namespace Tributary.Schemas;

/// <summary>
/// <c>/external/connections/{id}/schema</c> (https://learn.microsoft.com/graph/api/externalconnectors-externalconnection-patch-schema). PATCH creates and
/// updates; POST is the older create, which old clients still send.
/// </summary>
internal static class SchemaEndpoints
{
    /// <summary>
    /// What CLI for Microsoft 365 calls a schema (<c>external connection schema add</c>, until 11.11 at least): it hands its HTTP library a text and no type. It is JSON all the
    /// same, and the service evidently takes it. A page of another origin gains nothing by it, as no token comes by itself.
    /// </summary>
    private const string FormMediaType = "application/x-www-form-urlencoded";

    public static void MapSchemas(this IEndpointRouteBuilder version)
    {
        RouteGroupBuilder schema = version.MapGroup("/external/connections/{connectionId}/schema");
        schema.MapPatch("", PatchAsync).RequirePermission(GraphOperation.SchemaWrite);
        schema.MapPost("", PostAsync).RequirePermission(GraphOperation.SchemaWrite);
        schema.MapGet("", GetAsync).RequirePermission(GraphOperation.SchemaRead);
        schema.MapDelete("", Delete).RequirePermission(GraphOperation.SchemaWrite);
    }

    private static async Task<Results<EmptyResult, GraphErrorResult>> PatchAsync(
        HttpContext http, GraphRequest request, [AsParameters] SchemaServices services, string connectionId)
    {
        (Registration? registration, GraphError? error) = await RegisterAsync(http, request, services, connectionId, mayExist: true);
        return registration is null ? new GraphErrorResult(error!) : EmptyResult.Accepted(registration.Location);
    }

    /// <summary>
    /// https://github.com/microsoftgraph/microsoft-graph-docs, externalconnection-post-schema until 2023: 202 with <c>Prefer: respond-async</c>, else 201 and
    /// the schema. Where provisioning is delayed it is 202 as well, as a client that waited for minutes would time out.
    /// </summary>
    private static async Task<Results<EmptyResult, GraphResult, GraphErrorResult>> PostAsync(
        HttpContext http, GraphRequest request, [AsParameters] SchemaServices services, string connectionId)
    {
        (Registration? registration, GraphError? error) = await RegisterAsync(http, request, services, connectionId, mayExist: false);
        if (registration is null)
        {
            return new GraphErrorResult(error!);
        }

        bool isAsync = Preferences.Has(http.Request, "respond-async");
        if (isAsync || !registration.IsInForce)
        {
            return EmptyResult.Accepted(registration.Location);
        }

        if (request.IncludeUnknownEnumMembers)
        {
            Preferences.Applied(http.Response, Preferences.IncludeUnknownEnumMembers);
        }

        return GraphResult.Created(Writing(registration.Schema, request, connectionId), registration.Location);
    }

    /// <summary>https://learn.microsoft.com/graph/api/externalconnectors-schema-get. Readable as soon as it was accepted (O22).</summary>
    private static async Task<Results<GraphResult, GraphErrorResult>> GetAsync(
        HttpContext http, GraphRequest request, Caller caller, ConnectionAccess access, SchemaVersions schemas, string connectionId)
    {
        StoredConnection? connection = await access.FindOrNullAsync(caller, GraphOperation.SchemaRead, connectionId, http.RequestAborted);
        if (connection is null)
        {
            return new GraphErrorResult(GraphErrors.NotFound("Connection"));
        }

        Schema? schema = connection.IsDeleting || connection.AcceptedSchema == 0
            ? null
            : await schemas.FindOrNullAsync(connection.Key, connection.AcceptedSchema, http.RequestAborted);
        if (schema is null)
        {
            return new GraphErrorResult(GraphErrors.NotFound("Schema"));
        }

        if (request.IncludeUnknownEnumMembers)
        {
            Preferences.Applied(http.Response, Preferences.IncludeUnknownEnumMembers);
        }

        return GraphResult.Ok(Writing(schema, request, connectionId));
    }

    /// <summary>Generated clients offer it, the service does not have it (O16).</summary>
    private static GraphErrorResult Delete() => new(GraphErrors.UnsupportedVerb("A schema cannot be deleted. Delete the connection instead."));

    private static async Task<(Registration? Registration, GraphError? Error)> RegisterAsync(
        HttpContext http, GraphRequest request, SchemaServices services, string connectionId, bool mayExist)
    {
        using RequestBody body = await RequestBody.ReadAsync(http, mediaType: FormMediaType);
        if (body.Error is not null)
        {
            return (null, body.Error);
        }

        using var fault = new SchemaFault(services.Faults);

        // Another registration may be accepted between reading and writing; then this body is checked against that one.
        while (true)
        {
            StoredConnection? connection = await services.Access.FindOrNullAsync(services.Caller, GraphOperation.SchemaWrite, connectionId, http.RequestAborted);
            if (connection is null || connection.IsDeleting)
            {
                return (null, GraphErrors.NotFound("Connection"));
            }

            if (connection.State == ConnectionState.Obsolete)
            {
                return (null, GraphErrors.Invalid("{connection-id}", "ConnectionObsolete", "An obsolete connection can only be read and deleted."));
            }

            if (connection.AcceptedSchema != 0 && !mayExist)
            {
                return (null, GraphErrors.NameAlreadyExists("The connection has a schema; PATCH updates it."));
            }

            var problems = request.NewProblems();
            bool isPeople = connection.Connection.ContentCategory == ContentCategory.People;
            SchemaBody? sent = SchemaReader.Read(body.Root, request.Version, problems);
            Schema? schema = null;
            bool isReindexed = false;
            if (sent is not null && connection.AcceptedSchema == 0)
            {
                schema = SchemaRules.CheckCreate(sent, isPeople, services.Options.Value, problems);
            }
            else if (sent is not null && await services.Schemas.FindOrNullAsync(connection.Key, connection.AcceptedSchema, http.RequestAborted) is { } current)
            {
                schema = SchemaRules.CheckUpdate(sent, current, isPeople, services.Options.Value, problems);
                isReindexed = schema is not null && !IndexedForm.IsSame(current, schema);
            }

            if (problems.Count > 0)
            {
                return (null, GraphErrors.Invalid(problems));
            }

            TimeSpan delay = services.Chance.Draw(
                services.Options.Value.ProvisioningRange(),
                "schema",
                services.Caller.TenantId,
                connectionId,
                (connection.AcceptedSchema + 1).ToString(CultureInfo.InvariantCulture));
            string operationId = ConnectionOperation.NewId();
            PublicError? failure = fault.TakeOrNull(new FaultCall(
                FaultKind.SchemaOperation,
                http.Request.Method,
                http.Request.Path.Value ?? "",
                request.Version,
                services.Caller.TenantId,
                services.Caller.AppId,
                connectionId,
                RequestIds.Of(http).RequestId,
                Route: null));
            SchemaProvisioning provisioning = (delay > TimeSpan.Zero, isReindexed) switch
            {
                (true, _) => SchemaProvisioning.Queued,
                (false, true) => connection.LastChange > 0 ? SchemaProvisioning.Queued : SchemaProvisioning.ImmediateWithoutItems,
                (false, false) => SchemaProvisioning.Immediate,
            };
            AcceptSchemaOutcome outcome = await services.Store.AcceptAsync(
                connection.Key,
                connection.AcceptedSchema,
                schema!,
                operationId,
                services.Time.GetUtcNow() + delay,
                provisioning,
                failure,
                http.RequestAborted);
            switch (outcome)
            {
                case AcceptSchemaOutcome.Accepted:
                    fault.Started();
                    string location = $"{request.Root}/external/connections/{connectionId}/operations/{operationId}";
                    return (new Registration(schema!, location, provisioning != SchemaProvisioning.Queued && failure is null), null);
                case AcceptSchemaOutcome.Busy:
                    return (null, GraphErrors.NameAlreadyExists("A schema registration of this connection is still in progress. Wait for its operation to complete."));
            }
        }
    }

    private static Action<System.Text.Json.Utf8JsonWriter> Writing(Schema schema, GraphRequest request, string connectionId) => writer =>
    {
        writer.WriteStartObject();
        if (request.Context($"external/connections('{connectionId}')/schema/$entity") is { } context)
        {
            writer.WriteString("@odata.context", context);
        }

        SchemaJson.Write(writer, schema, request.Version, request.IncludeUnknownEnumMembers);
        writer.WriteEndObject();
    };

    /// <summary>An accepted schema and where to follow its operation; the operation's id stands nowhere else.</summary>
    private sealed record Registration(Schema Schema, string Location, bool IsInForce);
}

/// <summary>
/// What registering a schema takes besides the request. The attributes keep the routes from declaring a JSON body of their own, which would have routing
/// answer a wrong Content-Type before the token is looked at, with 415 and no body.
/// </summary>
internal readonly record struct SchemaServices(
    Caller Caller,
    [property: FromServices] ConnectionAccess Access,
    [property: FromServices] ISchemaStore Store,
    [property: FromServices] SchemaVersions Schemas,
    [property: FromServices] IOptions<SchemaOptions> Options,
    [property: FromServices] FaultBook Faults,
    [property: FromServices] Chance Chance,
    [property: FromServices] TimeProvider Time);
