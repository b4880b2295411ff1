"""Pay of peers, and services that are bought."""

from django.urls import path

from payroll.views import benchmarks, costs, insurance, person, place, projects, purchases, standards, structure, wizard

app_name = "payroll"
urlpatterns = [
    path("benchmarks/", benchmarks.benchmarks, name="benchmarks"),
    path("benchmarks/publish/", benchmarks.publish, name="benchmark-publish"),
    path("place/", place.place, name="place"),
    path("place/<int:pk>/", place.place_of, name="place-of"),
    path("people/<int:pk>/", person.tab, name="person-pay"),
    path("standards/", standards.Standards.as_view(), name="standards"),
    path("standards/new/", standards.new, name="standard-new"),
    path("standards/compare/", standards.compare, name="standards-compare"),
    path("standards/wizard/", wizard.wizard, name="wizard"),
    path("standards/<int:pk>/", standards.standard, name="standard"),
    path("standards/<int:pk>/edit/", standards.edit, name="standard-edit"),
    path("below/", structure.Below.as_view(), name="below"),
    path("below/employers/", structure.EmployersBelow.as_view(), name="employers-below"),
    path("structure/", structure.structure, name="structure"),
    path("floats/", standards.Floats.as_view(), name="floats"),
    path("floats/new/", standards.float_new, name="float-new"),
    path("indicators/", standards.Indicators.as_view(), name="indicators"),
    path("indicators/new/", standards.indicator_new, name="indicator-new"),
    path("indicators/<int:pk>/edit/", standards.indicator_edit, name="indicator-edit"),
    path("indicators/<int:pk>/keep/", standards.keep, name="standards-keep"),
    path("people/<int:pk>/insurance/", insurance.tab, name="person-insurance"),
    path("insurance/", insurance.Arrears.as_view(), name="arrears"),
    path("insurance/<int:pk>/", insurance.enrol, name="enrol"),
    path("insurance/terms/", insurance.Terms.as_view(), name="terms"),
    path("insurance/terms/new/", insurance.terms_new, name="terms-new"),
    path("projects/", projects.Projects.as_view(), name="projects"),
    path("projects/new/", projects.new, name="project-new"),
    path("projects/<int:pk>/", projects.project, name="project"),
    path("projects/<int:pk>/edit/", projects.edit, name="project-edit"),
    path("projects/<int:pk>/costs/new/", costs.new, name="cost-new"),
    path("purchases/", purchases.purchases, name="purchases"),
    path("costs/", costs.Costs.as_view(), name="costs"),
    path("costs/<int:pk>/", costs.cost, name="cost"),
    path("costs/<int:pk>/edit/", costs.edit, name="cost-edit"),
    path("costs/<int:pk>/copy/", costs.copy, name="cost-copy"),
]
