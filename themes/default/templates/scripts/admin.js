{# The script of the form for staff. It takes modules of page.js and of the search into itself: it needs few of them. #}
{% filter joined("page", "search") %}
{% include "scripts/page/dom.js" %}

{% include "scripts/page/days.js" %}

{% include "scripts/admin/messages.js" %}

{% include "scripts/admin/writing.js" %}

{% include "scripts/admin/names.js" %}

{% include "scripts/admin/values.js" %}

{% include "scripts/admin/reading.js" %}

{% include "scripts/admin/typing.js" %}

{% include "scripts/admin/repeating.js" %}

{% include "scripts/admin/dating.js" %}

{% include "scripts/admin/private.js" %}

{% include "scripts/admin/neighbours.js" %}

{% include "scripts/admin/editing.js" %}

{% include "scripts/admin/sending.js" %}

{% include "scripts/admin/telling.js" %}

{% include "scripts/search/daywords.js" %}

{% include "scripts/admin/wording.js" %}

{% include "scripts/admin/settings.js" %}

{% include "scripts/admin/state.js" %}

{% include "scripts/admin/elements.js" %}

{% include "scripts/admin/single.js" %}

{% include "scripts/admin/spoken.js" %}

{% include "scripts/admin/lists.js" %}

{% include "scripts/admin/controls.js" %}

{% include "scripts/admin/preview.js" %}

{% include "scripts/admin/repeats.js" %}

{% include "scripts/admin/drafts.js" %}

{% include "scripts/admin/making.js" %}

{% include "scripts/admin/datelist.js" %}

{% include "scripts/admin/needed.js" %}

{% include "scripts/admin/filling.js" %}

{% include "scripts/admin/showing.js" %}

{% include "scripts/admin/ways.js" %}

{% include "scripts/admin/opening.js" %}

{% include "scripts/admin/start.js" %}
{% endfilter %}
