from django.urls import URLPattern, path

from staff.views import delegations, ending, people, proposals, review

urlpatterns: list[URLPattern] = [
    path("persone/", people.people, name="people"),
    path("persone/nuova/", people.new, name="person-new"),
    path("persone/<int:pk>/", people.person, name="person"),
    path("persone/<int:pk>/ruoli/", people.give, name="role-give"),
    path("persone/<int:pk>/dati/", people.edit, name="person-edit"),
    path("persone/<int:pk>/account/", people.account, name="person-account"),
    path("persone/ruoli/<int:pk>/", ending.end, name="role-end"),
    path("persone/revisione/", review.review, name="role-review"),
    path("persone/revisione/<int:pk>/", review.answer, name="role-review-answer"),
    path("persone/proposte/", proposals.proposals, name="role-proposals"),
    path("persone/proposte/<int:pk>/", proposals.settle, name="role-proposal"),
    path("persone/rimozioni/<int:pk>/", proposals.release, name="claims-release"),
    path("deleghe/", delegations.delegations, name="delegations"),
    path("deleghe/<int:pk>/fine/", delegations.end, name="delegation-end"),
]
