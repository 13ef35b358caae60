using Microsoft.OData.Edm;
using Microsoft.OData.Edm.Csdl;
using Tributary.Graph;

namespace Tributary.Metadata;

/// <summary>
/// The <see cref="GraphModel"/> of each version in the form that the OData library works with. Built when first asked for: the library takes its time, and most
/// requests need none of it.
/// </summary>
internal static class EdmModels
{
    private static readonly Lazy<IEdmModel> V1 = new(() => Build(GraphVersion.V1, CloudSurface.Whole));
    private static readonly Lazy<IEdmModel> Beta = new(() => Build(GraphVersion.Beta, CloudSurface.Whole));

    private static readonly Lazy<IEdmModel>[] Derived = [.. Enum.GetValues<GraphVersion>().Select(version => new Lazy<IEdmModel>(() => MergeDerived(Of(version))))];

    public static IEdmModel Of(GraphVersion version) => (version == GraphVersion.V1 ? V1 : Beta).Value;

    /// <summary>The model as the metadata tells it where not all of the API is there: the types stay, as search speaks of them, but nothing leads to them.</summary>
    public static IEdmModel Build(GraphVersion version, CloudSurface surface) => new Builder(version, surface).Build();

    /// <summary>The model that query options on entities of a type are read by, and the type in it.</summary>
    public static (IEdmModel Model, IEdmType Type) ForQuery(GraphVersion version, GraphType type)
    {
        IEdmModel model = type.IsQueriedAsDerived ? Derived[(int)version].Value : Of(version);
        return (model, model.FindDeclaredType(type.Name));
    }

    /// <summary>A model of the types that are queried as those derived from them, with the properties of all of these in one.</summary>
    private static EdmModel MergeDerived(IEdmModel model)
    {
        var merged = new EdmModel();
        foreach (GraphType type in GraphModel.Types.Where(type => type.IsQueriedAsDerived))
        {
            var declared = (IEdmStructuredType)model.FindDeclaredType(type.Name);
            var result = new EdmEntityType("microsoft.graph", type.Name[GraphType.Graph.Length..]);
            IEnumerable<IEdmStructuralProperty> properties = model.FindAllDerivedTypes(declared).Prepend(declared)
                .SelectMany(one => one.StructuralProperties())
                .DistinctBy(property => property.Name, StringComparer.Ordinal);
            foreach (IEdmStructuralProperty property in properties)
            {
                result.AddStructuralProperty(property.Name, property.Type);
            }

            merged.AddElement(result);
        }

        return merged;
    }

    private sealed class Builder(GraphVersion version, CloudSurface surface)
    {
        private readonly EdmModel _model = new();
        private readonly Dictionary<string, IEdmSchemaType> _types = [];

        public EdmModel Build()
        {
            foreach (GraphEnum type in GraphModel.Enums.Where(type => type.Versions.Has(version)))
            {
                AddEnum(type);
            }

            GraphType[] types = [.. GraphModel.Types.Where(type => type.Versions.Has(version))];
            foreach (GraphType type in types)
            {
                AddStructured(type);
            }

            // Members after all types, as types may name each other in a circle.
            foreach (GraphType type in types)
            {
                AddMembers(type);
            }

            foreach (GraphAction action in GraphModel.Actions)
            {
                AddAction(action);
            }

            var container = new EdmEntityContainer("microsoft.graph", "GraphService");
            foreach ((string name, string type) in GraphModel.Singletons.Where(singleton => surface.Has(singleton.Name)))
            {
                container.AddSingleton(name, (IEdmEntityType)_types[type]);
            }

            foreach ((string name, string type) in GraphModel.Sets)
            {
                container.AddEntitySet(name, (IEdmEntityType)_types[type]);
            }

            _model.AddElement(container);
            _model.SetNamespaceAlias("microsoft.graph", "graph");
            return _model;
        }

        private void AddEnum(GraphEnum type)
        {
            (string space, string name) = Split(type.Name);
            var result = new EdmEnumType(space, name, type.IsFlags);
            foreach ((string member, int value) in type.Members)
            {
                result.AddMember(member, new EdmEnumMemberValue(value));
            }

            Add(type.Name, result);
        }

        private void AddStructured(GraphType type)
        {
            (string space, string name) = Split(type.Name);
            IEdmSchemaType? baseType = type.BaseType is null ? null : _types[type.BaseType.Name];
            Add(
                type.Name,
                type.IsEntity
                    ? new EdmEntityType(space, name, (IEdmEntityType?)baseType, type.IsAbstract, type.IsOpen)
                    : new EdmComplexType(space, name, (IEdmComplexType?)baseType, type.IsAbstract, type.IsOpen));
        }

        private void AddMembers(GraphType type)
        {
            var result = (EdmStructuredType)_types[type.Name];
            foreach (GraphMember member in type.Members)
            {
                if (!member.Versions.Has(version) || member.IsLegacy || result.BaseType?.FindProperty(member.Name) is not null)
                {
                    continue;
                }

                if (member.Kind == GraphMemberKind.Property)
                {
                    result.AddStructuralProperty(member.Name, ReferenceTo(member));
                }
                else
                {
                    AddNavigation(result, member);
                }
            }

            if (type == GraphType.Entity)
            {
                var entity = (EdmEntityType)result;
                entity.AddKeys((IEdmStructuralProperty)entity.FindProperty("id"));
            }
        }

        private void AddNavigation(EdmStructuredType type, GraphMember member)
        {
            var navigation = new EdmNavigationPropertyInfo
            {
                Name = member.Name,
                Target = (IEdmEntityType)_types[member.Type],
                TargetMultiplicity = member.IsCollection ? EdmMultiplicity.Many : EdmMultiplicity.ZeroOrOne,
                ContainsTarget = member.Kind == GraphMemberKind.ContainedNavigation,
            };
            if (type is EdmEntityType entity)
            {
                entity.AddUnidirectionalNavigation(navigation);
            }
            else
            {
                ((EdmComplexType)type).AddUnidirectionalNavigation(navigation);
            }
        }

        private void AddAction(GraphAction action)
        {
            (string space, string name) = Split(action.Name);
            var result = new EdmAction(space, name, ReferenceTo(action.Result), isBound: true, entitySetPathExpression: null);
            result.AddParameter("bindingParameter", ReferenceTo(new GraphMember("bindingParameter") { Type = action.BindingType }));
            result.AddParameter(action.Parameter.Name, ReferenceTo(action.Parameter));
            _model.AddElement(result);
        }

        private IEdmTypeReference ReferenceTo(GraphMember member)
        {
            bool isNullable = !member.IsRequired;
            IEdmTypeReference reference = _types.GetValueOrDefault(member.Type) switch
            {
                IEdmEntityType entity => new EdmEntityTypeReference(entity, isNullable),
                IEdmComplexType complex => new EdmComplexTypeReference(complex, isNullable),
                IEdmEnumType values => new EdmEnumTypeReference(values, isNullable),
                _ => EdmCoreModel.Instance.GetPrimitive(EdmCoreModel.Instance.GetPrimitiveTypeKind(member.Type), isNullable),
            };
            return member.IsCollection ? new EdmCollectionTypeReference(new EdmCollectionType(reference)) : reference;
        }

        private void Add(string name, IEdmSchemaType type)
        {
            _types.Add(name, type);
            _model.AddElement(type);
        }

        private static (string Namespace, string Name) Split(string name)
        {
            int dot = name.LastIndexOf('.');
            return (name[..dot], name[(dot + 1)..]);
        }
    }
}
