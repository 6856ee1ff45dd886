{# The script of every page. Its modules, each after those that it imports, become one file to save requests. #}
{% filter joined %}
{% include "scripts/page/dom.js" %}

{% include "scripts/page/words.js" %}

{% include "scripts/page/days.js" %}

{% include "scripts/page/states.js" %}

{% include "scripts/page/wording.js" %}

{% include "scripts/page/data.js" %}

{% include "scripts/page/stars.js" %}

{% include "scripts/page/pictures.js" %}

{% include "scripts/page/turning.js" %}

{% include "scripts/page/cards.js" %}

{% include "scripts/page/filling.js" %}

{% include "scripts/page/today.js" %}

{% include "scripts/page/calendars.js" %}

{% include "scripts/page/counts.js" %}

{% include "scripts/page/spans.js" %}

{% include "scripts/page/sharing.js" %}

{% include "scripts/page/menu.js" %}

{% include "scripts/page/picking.js" %}

{% include "scripts/page/strip.js" %}

{% include "scripts/page/groups.js" %}

{% include "scripts/page/offline.js" %}

{% include "scripts/page/start.js" %}
{% endfilter %}
